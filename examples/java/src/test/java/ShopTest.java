import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The shop's tests, for `wechatpay-sandbox run -- mvn test`: the SDK goes to its own host and finds the sandbox there. */
@EnabledIfEnvironmentVariable(named = "WECHATPAY_SANDBOX_URL", matches = ".+")
class ShopTest {
  private static final Gson GSON = new Gson();
  private String tenant = "default";
  private Shop shop;
  private String notifyUrl;

  /** Asks the sandbox for something, in this test's tenant. */
  private JsonObject control(String path, Map<String, ?> body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("WECHATPAY_SANDBOX_URL") + "/_sandbox" + path))
        .header("Content-Type", "application/json").header("X-Sandbox-Tenant", tenant)
        .POST(HttpRequest.BodyPublishers.ofString(GSON.toJson(body))).build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return GSON.fromJson(answer.body(), JsonObject.class);
  }

  @BeforeEach
  void open() throws Exception {
    JsonObject made = control("/tenants", Map.of("clock", "virtual"));
    tenant = made.get("id").getAsString();
    String[] told = new String[5];
    String[] names = {"appid", "mch_id", "serial_no", "key_pem", "apiv3_key"};
    for (int i = 0; i < names.length; i++) told[i] = made.get(names[i]).getAsString();
    shop = new Shop(told[0], told[1], told[2], told[3], told[4]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/notify", shop::notified);
    server.start();
    notifyUrl = "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
  }

  @Test
  void aForgedNotificationChangesNothingAndTheNextOneArrives() throws Exception {
    control("/rules", Map.of("when", "notify.due", "do", Map.of("forge", Map.of()), "times", 1));
    String openid = control("/login-codes", Map.of()).get("openid").getAsString();
    var launch = shop.order("T2026000001", openid, notifyUrl);
    control("/request-payment", Map.of("params", Map.of("appId", launch.getAppId(), "timeStamp", launch.getTimeStamp(),
        "nonceStr", launch.getNonceStr(), "package", launch.getPackageVal(), "signType", launch.getSignType(), "paySign", launch.getPaySign())));
    control("/settle", Map.of());
    assertEquals("unpaid", shop.status("T2026000001"));
    control("/clock/advance", Map.of("by", "15s"));
    assertEquals("paid", shop.status("T2026000001"));
  }
}
