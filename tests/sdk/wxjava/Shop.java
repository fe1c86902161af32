import com.github.binarywang.wxpay.bean.entpay.EntPayRequest;
import com.github.binarywang.wxpay.bean.order.WxPayMpOrderResult;
import com.github.binarywang.wxpay.bean.request.WxPayMicropayRequest;
import com.github.binarywang.wxpay.bean.request.WxPayOrderReverseRequest;
import com.github.binarywang.wxpay.bean.request.WxPayRefundRequest;
import com.github.binarywang.wxpay.bean.request.WxPayUnifiedOrderRequest;
import com.github.binarywang.wxpay.bean.result.WxPayOrderReverseResult;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.WxPayService;
import com.github.binarywang.wxpay.service.impl.WxPayServiceImpl;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** WxJava under `run`: reads one JSON command a line from stdin ({"do": …, …}) and prints one JSON result a line. */
public final class Shop {
  private static final Gson GSON = new Gson();

  private final WxPayService pay = new WxPayServiceImpl();

  private Shop() {
    WxPayConfig config = new WxPayConfig();
    config.setAppId(told("APPID"));
    config.setMchId(told("MCH_ID"));
    config.setMchKey(told("API_KEY"));
    config.setKeyPath(told("P12"));
    config.setTradeType("JSAPI");
    pay.setConfig(config);
  }

  private Object perform(JsonObject command) throws WxPayException {
    return switch (text(command, "do")) {
      case "rehearse" -> rehearse();
      case "order" -> order(command);
      case "query" -> query(command);
      case "close" -> Map.of("result_code", pay.closeOrder(text(command, "out_trade_no")).getResultCode());
      case "refund" -> refund(command);
      case "query_refund" -> queryRefund(command);
      case "micropay" -> micropay(command);
      case "reverse" -> Map.of("recall", reverse(command).getIsRecall());
      case "transfer" -> transfer(command);
      case "payment_notification" -> paid(command);
      case "refund_notification" -> refunded(command);
      case "bill" -> Map.of("text", pay.downloadRawBill(text(command, "bill_date"), "ALL", null, null));
      default -> throw new IllegalArgumentException(command.toString());
    };
  }

  private Object rehearse() throws WxPayException {
    pay.getConfig().setUseSandboxEnv(true);
    pay.getConfig().setMchKey(pay.getSandboxSignKey());
    return Map.of();
  }

  private Object order(JsonObject command) throws WxPayException {
    WxPayMpOrderResult launch =
        pay.createOrder(
            WxPayUnifiedOrderRequest.newBuilder()
                .body("茶叶")
                .outTradeNo(text(command, "out_trade_no"))
                .totalFee(command.get("total_fee").getAsInt())
                .openid(text(command, "openid"))
                .notifyUrl(text(command, "notify_url"))
                .spbillCreateIp("127.0.0.1")
                .build());
    return Map.of(
        "appId", launch.getAppId(), "timeStamp", launch.getTimeStamp(), "nonceStr", launch.getNonceStr(),
        "package", launch.getPackageValue(), "signType", launch.getSignType(), "paySign", launch.getPaySign());
  }

  private Object query(JsonObject command) throws WxPayException {
    var order = pay.queryOrder(null, text(command, "out_trade_no"));
    Map<String, Object> answer = new HashMap<>(); // before the payment most of it is null
    answer.put("trade_state", order.getTradeState());
    answer.put("total_fee", order.getTotalFee());
    answer.put("transaction_id", order.getTransactionId());
    return answer;
  }

  private Object refund(JsonObject command) throws WxPayException {
    var refund =
        pay.refund(
            WxPayRefundRequest.newBuilder()
                .outTradeNo(text(command, "out_trade_no"))
                .outRefundNo(text(command, "out_refund_no"))
                .totalFee(command.get("total_fee").getAsInt())
                .refundFee(command.get("refund_fee").getAsInt())
                .notifyUrl(text(command, "notify_url"))
                .build());
    return Map.of(
        "out_refund_no", refund.getOutRefundNo(), "refund_id", refund.getRefundId(),
        "refund_fee", refund.getRefundFee());
  }

  private Object queryRefund(JsonObject command) throws WxPayException {
    var answer = pay.refundQuery(null, null, text(command, "out_refund_no"), null);
    var first = answer.getRefundRecords().get(0);
    return Map.of(
        "refund_count", answer.getRefundCount(), "refund_status_0", first.getRefundStatus(),
        "refund_id_0", first.getRefundId(), "refund_fee_0", first.getRefundFee());
  }

  private Object micropay(JsonObject command) throws WxPayException {
    var charged =
        pay.micropay(
            WxPayMicropayRequest.newBuilder()
                .body("茶叶")
                .outTradeNo(text(command, "out_trade_no"))
                .totalFee(command.get("total_fee").getAsInt())
                .authCode(text(command, "auth_code"))
                .spbillCreateIp("127.0.0.1")
                .build());
    return Map.of("transaction_id", charged.getTransactionId());
  }

  private WxPayOrderReverseResult reverse(JsonObject command) throws WxPayException {
    return pay.reverseOrder(
        WxPayOrderReverseRequest.newBuilder().outTradeNo(text(command, "out_trade_no")).build());
  }

  private Object transfer(JsonObject command) throws WxPayException {
    var transfer =
        pay.getEntPayService()
            .entPay(
                EntPayRequest.newBuilder()
                    .partnerTradeNo(text(command, "partner_trade_no"))
                    .openid(text(command, "openid"))
                    .amount(command.get("amount").getAsInt())
                    .checkName("NO_CHECK")
                    .description("茶叶")
                    .spbillCreateIp("127.0.0.1")
                    .build());
    return Map.of("partner_trade_no", transfer.getPartnerTradeNo(), "payment_no", transfer.getPaymentNo());
  }

  private Object paid(JsonObject command) throws WxPayException {
    var notice = pay.parseOrderNotifyResult(text(command, "body"));
    return Map.of(
        "out_trade_no", notice.getOutTradeNo(), "total_fee", notice.getTotalFee(), "openid", notice.getOpenid());
  }

  private Object refunded(JsonObject command) throws WxPayException {
    var notice = pay.parseRefundNotifyResult(text(command, "body")).getReqInfo();
    return Map.of(
        "out_refund_no", notice.getOutRefundNo(), "refund_status", notice.getRefundStatus(),
        "refund_fee", notice.getRefundFee());
  }

  private Object answer(JsonObject command) {
    try {
      return perform(command);
    } catch (WxPayException error) {
      if (error.getErrCode() != null) {
        return Map.of("error", error.getErrCode());
      }
      if (error.getReturnMsg() != null) {
        return Map.of("error", error.getReturnMsg());
      }
      return Map.of("refused", error.getMessage());
    }
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static String told(String name) {
    return System.getenv("WECHATPAY_SANDBOX_" + name);
  }

  public static void main(String[] arguments) throws IOException {
    Shop shop = new Shop();
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      results.println(GSON.toJson(shop.answer(GSON.fromJson(line, JsonObject.class))));
    }
    System.exit(0); // the SDK's client may keep threads
  }
}
