// The shop's tests, for `wechatpay-sandbox run -- go test ./...`: the SDK goes to its own host, and finds the sandbox there.
package tea

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

type object = map[string]any

// control asks the sandbox for something; tenant is whose world is meant.
func control(t *testing.T, tenant, method, path string, body object, answer any) {
	t.Helper()
	text, _ := json.Marshal(body)
	request, _ := http.NewRequest(method, os.Getenv("WECHATPAY_SANDBOX_URL")+"/_sandbox"+path, bytes.NewReader(text))
	request.Header = http.Header{"Content-Type": {"application/json"}, "X-Sandbox-Tenant": {tenant}}
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %v %v: is this `wechatpay-sandbox run -- go test`?", method, path, response, err)
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(answer)
}

// open gives a test a tenant of its own, gone when it ends, and a shop in it.
func open(t *testing.T) (tenant string, shop *Shop, url string) {
	var made struct {
		ID string `json:"id"`
		Merchant
	}
	control(t, "default", "POST", "/tenants", object{"clock": "virtual"}, &made)
	shop, err := Open(context.Background(), made.Merchant)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	return made.ID, shop, server.URL
}

func TestForgedOnceThenPaid(t *testing.T) {
	for _, item := range []string{"tea", "cake", "soup"} {
		t.Run(item, func(t *testing.T) {
			t.Parallel()
			tenant, shop, url := open(t)
			control(t, tenant, "POST", "/rules", object{"when": "notify.due", "do": object{"forge": object{}}, "times": 1}, &object{})
			var login struct{ Openid string }
			control(t, tenant, "POST", "/login-codes", object{}, &login)
			number, launch, err := shop.Order(context.Background(), login.Openid, url)
			if err != nil {
				t.Fatal(err)
			}
			control(t, tenant, "POST", "/request-payment", object{"params": launch}, &object{})
			for _, step := range []struct{ by, status string }{{"0s", "unpaid"}, {"15s", "paid"}} {
				control(t, tenant, "POST", "/clock/advance", object{"by": step.by}, &object{})
				if came := shop.Status(number); came != step.status {
					t.Errorf("%s after another %s, expected %s", came, step.by, step.status)
				}
			}
		})
	}
}
