import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.exception.ServiceException;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.core.util.GsonUtil;
import com.wechat.pay.java.service.billdownload.BillDownloadServiceExtension;
import com.wechat.pay.java.service.billdownload.model.GetTradeBillRequest;
import com.wechat.pay.java.service.billdownload.model.TarType;
import com.wechat.pay.java.service.certificate.CertificateService;
import com.wechat.pay.java.service.payments.jsapi.JsapiServiceExtension;
import com.wechat.pay.java.service.payments.jsapi.model.CloseOrderRequest;
import com.wechat.pay.java.service.payments.jsapi.model.PrepayRequest;
import com.wechat.pay.java.service.payments.jsapi.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import com.wechat.pay.java.service.refund.model.QueryByOutRefundNoRequest;
import com.wechat.pay.java.service.refund.model.RefundNotification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * wechatpay-java against a sandbox: `java Program '{"url":…, "mch_id":…}'` reads one JSON command a line from stdin
 * ({"do": …, …}) and prints one JSON result a line.
 */
public final class Program {
  private static final Gson GSON = GsonUtil.getGson();

  private final JsonObject told;
  private final NotificationParser notifications;
  private final JsapiServiceExtension jsapi;
  private final RefundService refunds;
  private final BillDownloadServiceExtension bills;
  private final CertificateService certificates;

  private Program(JsonObject told) {
    this.told = told;
    OkHttpClient network = ledTo(HttpUrl.get(text(told, "url")));
    Config config = config(network);
    HttpClient http = new DefaultHttpClientBuilder().config(config).okHttpClient(network).build();
    notifications = new NotificationParser((NotificationConfig) config);
    jsapi = new JsapiServiceExtension.Builder().config(config).httpClient(http).build();
    refunds = new RefundService.Builder().config(config).httpClient(http).build();
    bills = new BillDownloadServiceExtension.Builder().config(config).httpClient(http).build();
    certificates = new CertificateService.Builder().config(config).httpClient(http).build();
  }

  /** The SDK names its host itself; the HTTP client that it is given knows where that is. */
  private static OkHttpClient ledTo(HttpUrl sandbox) {
    return new OkHttpClient.Builder()
        .addInterceptor(
            chain -> {
              HttpUrl url =
                  chain.request().url().newBuilder()
                      .scheme(sandbox.scheme()).host(sandbox.host()).port(sandbox.port())
                      .build();
              return chain.proceed(chain.request().newBuilder().url(url).build());
            })
        .build();
  }

  private Config config(OkHttpClient network) {
    if (text(told, "keys").equals("public key")) {
      return new RSAPublicKeyConfig.Builder()
          .merchantId(text(told, "mch_id"))
          .merchantSerialNumber(text(told, "serial_no"))
          .privateKey(text(told, "key"))
          .apiV3Key(text(told, "apiv3_key"))
          .publicKey(text(told, "pub_key"))
          .publicKeyId(text(told, "pub_key_id"))
          .build();
    }
    return new RSAAutoCertificateConfig.Builder()
        .merchantId(text(told, "mch_id"))
        .merchantSerialNumber(text(told, "serial_no"))
        .privateKey(text(told, "key"))
        .apiV3Key(text(told, "apiv3_key"))
        .httpClientBuilder(new DefaultHttpClientBuilder().okHttpClient(network))
        .build();
  }

  private Object perform(JsonObject command) throws IOException {
    return switch (text(command, "do")) {
      case "prepay" -> prepay(command);
      case "query" -> query(command);
      case "close" -> close(command);
      case "refund" -> refund(command);
      case "query_refund" -> queryRefund(command);
      case "payment_notification" -> notifications.parse(received(command), Transaction.class);
      case "refund_notification" -> notifications.parse(received(command), RefundNotification.class);
      case "certificates" -> certificates();
      case "bill" -> bill(command);
      default -> throw new IllegalArgumentException(command.toString());
    };
  }

  private Object prepay(JsonObject command) {
    JsonObject order = new JsonObject();
    order.add("appid", told.get("appid"));
    order.add("mchid", told.get("mch_id"));
    order.addProperty("description", "茶叶");
    order.add("out_trade_no", command.get("out_trade_no"));
    order.add("notify_url", command.get("notify_url"));
    order.add("amount", with("total", command.get("total")));
    order.add("payer", with("openid", command.get("openid")));
    var launch = jsapi.prepayWithRequestPayment(GSON.fromJson(order, PrepayRequest.class));
    return Map.of(
        "appId", launch.getAppId(), "timeStamp", launch.getTimeStamp(), "nonceStr", launch.getNonceStr(),
        "package", launch.getPackageVal(), "signType", launch.getSignType(), "paySign", launch.getPaySign());
  }

  private Object query(JsonObject command) {
    QueryOrderByOutTradeNoRequest request = new QueryOrderByOutTradeNoRequest();
    request.setMchid(text(told, "mch_id"));
    request.setOutTradeNo(text(command, "out_trade_no"));
    return jsapi.queryOrderByOutTradeNo(request);
  }

  private Object close(JsonObject command) {
    CloseOrderRequest request = new CloseOrderRequest();
    request.setMchid(text(told, "mch_id"));
    request.setOutTradeNo(text(command, "out_trade_no"));
    jsapi.closeOrder(request);
    return Map.of();
  }

  private Object refund(JsonObject command) {
    JsonObject refund = new JsonObject();
    for (String name : List.of("out_trade_no", "out_refund_no", "notify_url")) {
      refund.add(name, command.get(name));
    }
    JsonObject amount = with("refund", command.get("refund"));
    amount.add("total", command.get("total"));
    amount.addProperty("currency", "CNY");
    refund.add("amount", amount);
    return refunds.create(GSON.fromJson(refund, CreateRequest.class));
  }

  private Object queryRefund(JsonObject command) {
    QueryByOutRefundNoRequest request = new QueryByOutRefundNoRequest();
    request.setOutRefundNo(text(command, "out_refund_no"));
    return refunds.queryByOutRefundNo(request);
  }

  private Object certificates() {
    byte[] key = text(told, "apiv3_key").getBytes(StandardCharsets.UTF_8);
    return Map.of(
        "serials",
        certificates.downloadCertificate(key).stream()
            .map(one -> one.getSerialNumber().toString(16).toUpperCase())
            .toList());
  }

  private Object bill(JsonObject command) throws IOException {
    GetTradeBillRequest request = new GetTradeBillRequest();
    request.setBillDate(text(command, "bill_date"));
    if (command.has("tar_type")) {
      request.setTarType(TarType.valueOf(text(command, "tar_type")));
    }
    var bill = bills.getTradeBill(request);
    String content = new String(bill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!bill.verifyHash()) {
      throw new IOException("the bill is not the one whose hash was told");
    }
    return Map.of("text", content);
  }

  private static RequestParam received(JsonObject command) {
    JsonObject headers = command.getAsJsonObject("headers");
    return new RequestParam.Builder()
        .serialNumber(text(headers, "Wechatpay-Serial"))
        .nonce(text(headers, "Wechatpay-Nonce"))
        .timestamp(text(headers, "Wechatpay-Timestamp"))
        .signature(text(headers, "Wechatpay-Signature"))
        .signType(text(headers, "Wechatpay-Signature-Type"))
        .body(text(command, "body"))
        .build();
  }

  private Object answer(JsonObject command) throws IOException {
    try {
      return perform(command);
    } catch (ServiceException error) {
      return Map.of(
          "error",
          Map.of(
              "status", error.getHttpStatusCode(), "code", error.getErrorCode(), "message", error.getErrorMessage()));
    } catch (ValidationException error) {
      return Map.of("refused", error.getMessage());
    }
  }

  private static JsonObject with(String name, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(name, value);
    return object;
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  public static void main(String[] arguments) throws IOException {
    Program program = new Program(GSON.fromJson(arguments[0], JsonObject.class));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      results.println(GSON.toJson(program.answer(GSON.fromJson(line, JsonObject.class))));
    }
    System.exit(0); // the SDK's certificate refresher would keep the process alive
  }
}
