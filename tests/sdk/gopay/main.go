// gopay under `run`: reads one JSON command a line from stdin ({"do": …, …}) and prints one JSON result a line.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-pay/gopay"
	"github.com/go-pay/gopay/wechat"
)

type object = map[string]any

// refusal is a code of the platform.
type refusal string

func (code refusal) Error() string { return string(code) }

var errSign = errors.New("the sign does not fit")

// program holds what a back end that uses the SDK holds.
type program struct {
	appid, key string
	client     *wechat.Client
}

func told(name string) string { return os.Getenv("WECHATPAY_SANDBOX_" + name) }

func start() (*program, error) {
	client := wechat.NewClient(told("APPID"), told("MCH_ID"), told("API_KEY"), true)
	return &program{told("APPID"), told("API_KEY"), client}, client.AddCertPkcs12FilePath(told("P12"))
}

// fields are what the command gives, and what every request has.
func fields(command object) gopay.BodyMap {
	body := gopay.BodyMap{"nonce_str": strconv.FormatInt(time.Now().UnixNano(), 36), "sign_type": wechat.SignType_MD5}
	for name, value := range command {
		if name != "do" {
			body.Set(name, value)
		}
	}
	return body
}

func (p *program) perform(ctx context.Context, command object) (any, error) {
	switch body := fields(command); command["do"] {
	case "order":
		return p.order(ctx, body)
	case "query":
		_, answer, err := p.client.QueryOrder(ctx, body)
		return p.verified(answer, err)
	case "close":
		// Its struct has no result_msg, so that its VerifySign cannot fit what the platform signed.
		return reading(p.client.CloseOrder(ctx, body))
	case "refund":
		_, answer, err := p.client.Refund(ctx, body)
		return p.verified(answer, err)
	case "query_refund":
		_, answer, err := p.client.QueryRefund(ctx, body)
		return p.verified(answer, err)
	case "micropay":
		return p.verified(p.client.Micropay(ctx, body.Set("body", "茶叶").Set("spbill_create_ip", "127.0.0.1")))
	case "reverse":
		return p.verified(p.client.Reverse(ctx, body))
	case "transfer":
		body.Remove("sign_type")
		body.Set("check_name", "NO_CHECK").Set("desc", "茶叶").Set("spbill_create_ip", "127.0.0.1")
		return reading(p.client.Transfer(ctx, body))
	case "payment_notification":
		answer, err := wechat.ParseNotifyToBodyMap(received(command))
		return p.verified(answer, err)
	case "refund_notification":
		sealed, err := wechat.ParseRefundNotify(received(command))
		if err != nil {
			return nil, err
		}
		return wechat.DecryptRefundNotifyReqInfo(sealed.ReqInfo, p.key)
	case "bill":
		return p.bill(ctx, body)
	}
	return nil, fmt.Errorf("nothing is called %q", command["do"])
}

func (p *program) order(ctx context.Context, body gopay.BodyMap) (any, error) {
	body.Set("body", "茶叶").Set("spbill_create_ip", "127.0.0.1").Set("trade_type", wechat.TradeType_JsApi)
	placed, err := p.client.UnifiedOrder(ctx, body)
	if _, err = p.verified(placed, err); err != nil {
		return nil, err
	}
	nonce, prepay, now := body.GetString("nonce_str"), "prepay_id="+placed.PrepayId, strconv.FormatInt(time.Now().Unix(), 10)
	sign := wechat.GetMiniPaySign(p.appid, nonce, prepay, wechat.SignType_MD5, now, p.key)
	return object{
		"appId": p.appid, "timeStamp": now, "nonceStr": nonce, "package": prepay,
		"signType": wechat.SignType_MD5, "paySign": sign,
	}, nil
}

func (p *program) bill(ctx context.Context, body gopay.BodyMap) (any, error) {
	text, err := p.client.DownloadBill(ctx, body.Set("bill_type", "ALL"))
	if err != nil || !strings.HasPrefix(text, "<xml>") {
		return object{"text": text}, err
	}
	refused := make(gopay.BodyMap)
	if err = xml.Unmarshal([]byte(text), &refused); err != nil {
		return nil, err
	}
	return nil, refusal(refused.GetString("return_msg"))
}

func received(command object) *http.Request {
	request, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(command["body"].(string)))
	if err != nil {
		log.Fatal(err)
	}
	return request
}

// verified asks the SDK whether the sign fits, which it leaves to the shop.
func (p *program) verified(answer any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if fits, err := wechat.VerifySign(p.key, wechat.SignType_MD5, answer); err != nil || !fits {
		return nil, errors.Join(errSign, err)
	}
	return reading(answer, nil)
}

// reading looks for a refusal, which the SDK leaves to the shop too.
func reading(answer any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var result struct {
		Code string `json:"err_code"`
	}
	if err = json.Unmarshal(text, &result); err != nil || result.Code == "" {
		return answer, err
	}
	return nil, refusal(result.Code)
}

// answer gives what came of a command; what the SDK throws for neither of its two reasons ends the program.
func (p *program) answer(ctx context.Context, command object) any {
	result, err := p.perform(ctx, command)
	var code refusal
	switch {
	case err == nil:
		return result
	case errors.As(err, &code):
		return object{"error": string(code)}
	case errors.Is(err, errSign):
		return object{"refused": err.Error()}
	}
	log.Fatal(err)
	return nil
}

func main() {
	p, err := start()
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var command object
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		if err = decoder.Decode(&command); err != nil {
			log.Fatal(err)
		}
		result, err := json.Marshal(p.answer(context.Background(), command))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(result))
	}
}
