import com.sun.net.httpserver.HttpExchange;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.payments.jsapi.JsapiServiceExtension;
import com.wechat.pay.java.service.payments.jsapi.model.Amount;
import com.wechat.pay.java.service.payments.jsapi.model.Payer;
import com.wechat.pay.java.service.payments.jsapi.model.PrepayRequest;
import com.wechat.pay.java.service.payments.jsapi.model.PrepayWithRequestPaymentResponse;
import com.wechat.pay.java.service.payments.model.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A tea shop on wechatpay-java: an order, its launch parameters, and the notification. */
public final class Shop {
  private static final int PRICE = 199;

  private final Map<String, String> orders = new ConcurrentHashMap<>(); // number -> unpaid, paid
  private final String appid;
  private final String mchId;
  private final JsapiServiceExtension jsapi;
  private final NotificationParser notifications;

  public Shop(String appid, String mchId, String serialNo, String keyPem, String apiV3Key) {
    this.appid = appid;
    this.mchId = mchId;
    Config config =
        new RSAAutoCertificateConfig.Builder()
            .merchantId(mchId)
            .merchantSerialNumber(serialNo)
            .privateKey(keyPem)
            .apiV3Key(apiV3Key)
            .build();
    jsapi = new JsapiServiceExtension.Builder().config(config).build();
    notifications = new NotificationParser((NotificationConfig) config);
  }

  /** What the page passes to wx.requestPayment. */
  public PrepayWithRequestPaymentResponse order(String number, String openid, String notifyUrl) {
    Amount amount = new Amount();
    amount.setTotal(PRICE);
    Payer payer = new Payer();
    payer.setOpenid(openid);
    PrepayRequest request = new PrepayRequest();
    request.setAppid(appid);
    request.setMchid(mchId);
    request.setDescription("茶叶");
    request.setOutTradeNo(number);
    request.setNotifyUrl(notifyUrl);
    request.setAmount(amount);
    request.setPayer(payer);
    orders.put(number, "unpaid");
    return jsapi.prepayWithRequestPayment(request);
  }

  public String status(String number) {
    return orders.get(number);
  }

  /** Takes notifications; the SDK refuses what WeChat Pay did not sign. */
  public void notified(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    var request =
        new RequestParam.Builder()
            .serialNumber(headers.getFirst("Wechatpay-Serial"))
            .nonce(headers.getFirst("Wechatpay-Nonce"))
            .signature(headers.getFirst("Wechatpay-Signature"))
            .timestamp(headers.getFirst("Wechatpay-Timestamp"))
            .body(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
            .build();
    int status = 204;
    try {
      Transaction paid = notifications.parse(request, Transaction.class);
      if (paid.getAmount().getTotal() == PRICE) {
        orders.put(paid.getOutTradeNo(), "paid");
      }
    } catch (ValidationException refused) {
      status = 401;
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }
}
