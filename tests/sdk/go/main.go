// wechatpay-go against a sandbox: `program '{"url":…, "mch_id":…}'` reads one JSON command a line from stdin
// ({"do": …, …}) and prints one JSON result a line.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

// told is who the merchant is, and whose keys it trusts.
type told struct {
	URL      string `json:"url"`
	Keys     string `json:"keys"`
	Appid    string `json:"appid"`
	MchID    string `json:"mch_id"`
	APIv3Key string `json:"apiv3_key"`
	SerialNo string `json:"serial_no"`
	Key      string `json:"key"`
	PubKeyID string `json:"pub_key_id"`
	PubKey   string `json:"pub_key"`
}

// command is one line of stdin.
type command struct {
	Do          string            `json:"do"`
	OutTradeNo  string            `json:"out_trade_no"`
	OutRefundNo string            `json:"out_refund_no"`
	Openid      string            `json:"openid"`
	NotifyURL   string            `json:"notify_url"`
	Total       int64             `json:"total"`
	Refund      int64             `json:"refund"`
	BillDate    string            `json:"bill_date"`
	TarType     string            `json:"tar_type"`
	Headers     map[string]string `json:"headers"`
	Body        string            `json:"body"`
}

type object = map[string]any

// ledTo leads requests to the sandbox: the SDK has its host in a constant.
type ledTo struct{ sandbox *url.URL }

func (to ledTo) RoundTrip(request *http.Request) (*http.Response, error) {
	led := request.Clone(request.Context())
	led.URL.Scheme, led.URL.Host, led.Host = to.sandbox.Scheme, to.sandbox.Host, to.sandbox.Host
	return http.DefaultTransport.RoundTrip(led)
}

// program holds what a back end that uses the SDK holds.
type program struct {
	told
	client       *core.Client
	unverified   *core.Client // for what the platform does not sign: files, and the first certificates
	handler      *notify.Handler
	certificates *downloader.CertificateDownloaderMgr
}

func start(ctx context.Context, told told) (*program, error) {
	key, err := utils.LoadPrivateKey(told.Key)
	if err != nil {
		return nil, err
	}
	sandbox, err := url.Parse(told.URL)
	if err != nil {
		return nil, err
	}
	network := option.WithHTTPClient(&http.Client{Transport: ledTo{sandbox}})
	merchant := option.WithMerchantCredential(told.MchID, told.SerialNo, key)
	unverified, err := core.NewClient(ctx, merchant, option.WithoutValidator(), network)
	if err != nil {
		return nil, err
	}
	p := &program{told: told, unverified: unverified}
	trust, verifier, err := p.trust(ctx, key)
	if err != nil {
		return nil, err
	}
	if p.client, err = core.NewClient(ctx, trust, network); err != nil {
		return nil, err
	}
	p.handler, err = notify.NewRSANotifyHandler(told.APIv3Key, verifier)
	return p, err
}

func (p *program) trust(ctx context.Context, key *rsa.PrivateKey) (core.ClientOption, auth.Verifier, error) {
	if p.Keys == "public key" {
		public, err := utils.LoadPublicKey(p.PubKey)
		if err != nil {
			return nil, nil, err
		}
		trust := option.WithWechatPayPublicKeyAuthCipher(p.MchID, p.SerialNo, key, p.PubKeyID, public)
		return trust, verifiers.NewSHA256WithRSAPubkeyVerifier(p.PubKeyID, *public), nil
	}
	p.certificates = downloader.NewCertificateDownloaderMgr(ctx)
	if err := p.certificates.RegisterDownloaderWithClient(ctx, p.unverified, p.MchID, p.APIv3Key); err != nil {
		return nil, nil, err
	}
	trust := option.WithWechatPayAutoAuthCipherUsingDownloaderMgr(p.MchID, p.SerialNo, key, p.certificates)
	return trust, verifiers.NewSHA256WithRSAVerifier(p.certificates.GetCertificateVisitor(p.MchID)), nil
}

func (p *program) perform(ctx context.Context, c command) (any, error) {
	switch c.Do {
	case "prepay":
		return p.prepay(ctx, c)
	case "query":
		return p.query(ctx, c)
	case "close":
		return p.close(ctx, c)
	case "refund":
		return p.refund(ctx, c)
	case "query_refund":
		return p.queryRefund(ctx, c)
	case "payment_notification":
		return p.notification(ctx, c, new(payments.Transaction))
	case "refund_notification":
		return p.notification(ctx, c, new(object)) // the SDK has no model of a refund's notification
	case "certificates":
		return p.serials(ctx), nil
	case "bill":
		return p.bill(ctx, c)
	}
	return nil, fmt.Errorf("nothing is called %q", c.Do)
}

func (p *program) prepay(ctx context.Context, c command) (any, error) {
	service := jsapi.JsapiApiService{Client: p.client}
	launch, _, err := service.PrepayWithRequestPayment(ctx, jsapi.PrepayRequest{
		Appid:       core.String(p.Appid),
		Mchid:       core.String(p.MchID),
		Description: core.String("茶叶"),
		OutTradeNo:  core.String(c.OutTradeNo),
		NotifyUrl:   core.String(c.NotifyURL),
		Amount:      &jsapi.Amount{Total: core.Int64(c.Total)},
		Payer:       &jsapi.Payer{Openid: core.String(c.Openid)},
	})
	return launch, err
}

func (p *program) query(ctx context.Context, c command) (any, error) {
	service := jsapi.JsapiApiService{Client: p.client}
	transaction, _, err := service.QueryOrderByOutTradeNo(ctx, jsapi.QueryOrderByOutTradeNoRequest{
		OutTradeNo: core.String(c.OutTradeNo),
		Mchid:      core.String(p.MchID),
	})
	return transaction, err
}

func (p *program) close(ctx context.Context, c command) (any, error) {
	service := jsapi.JsapiApiService{Client: p.client}
	_, err := service.CloseOrder(ctx, jsapi.CloseOrderRequest{
		OutTradeNo: core.String(c.OutTradeNo),
		Mchid:      core.String(p.MchID),
	})
	return object{}, err
}

func (p *program) refund(ctx context.Context, c command) (any, error) {
	service := refunddomestic.RefundsApiService{Client: p.client}
	refund, _, err := service.Create(ctx, refunddomestic.CreateRequest{
		OutTradeNo:  core.String(c.OutTradeNo),
		OutRefundNo: core.String(c.OutRefundNo),
		NotifyUrl:   core.String(c.NotifyURL),
		Amount: &refunddomestic.AmountReq{
			Refund:   core.Int64(c.Refund),
			Total:    core.Int64(c.Total),
			Currency: core.String("CNY"),
		},
	})
	return refund, err
}

func (p *program) queryRefund(ctx context.Context, c command) (any, error) {
	service := refunddomestic.RefundsApiService{Client: p.client}
	refund, _, err := service.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{
		OutRefundNo: core.String(c.OutRefundNo),
	})
	return refund, err
}

func (p *program) notification(ctx context.Context, c command, content any) (any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range c.Headers {
		request.Header.Set(name, value)
	}
	_, err = p.handler.ParseNotifyRequest(ctx, request, content)
	return content, err
}

func (p *program) serials(ctx context.Context) any {
	serials := []string{}
	for serial := range p.certificates.GetCertificateMap(ctx, p.MchID) {
		serials = append(serials, serial)
	}
	return object{"serials": serials}
}

func (p *program) bill(ctx context.Context, c command) (any, error) {
	query := url.Values{"bill_date": {c.BillDate}}
	if c.TarType != "" {
		query.Set("tar_type", c.TarType)
	}
	asked, err := p.client.Get(ctx, consts.WechatPayAPIServer+"/v3/bill/tradebill?"+query.Encode())
	if err != nil {
		return nil, err
	}
	var bill struct {
		HashValue   string `json:"hash_value"`
		DownloadURL string `json:"download_url"`
	}
	if err = core.UnMarshalResponse(asked.Response, &bill); err != nil {
		return nil, err
	}
	file, err := p.unverified.Get(ctx, bill.DownloadURL)
	if err != nil {
		return nil, err
	}
	defer file.Response.Body.Close()
	content := io.Reader(file.Response.Body)
	if c.TarType != "" {
		if content, err = gzip.NewReader(content); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	if sum := sha1.Sum(text); hex.EncodeToString(sum[:]) != bill.HashValue {
		return nil, errors.New("the bill is not the one whose hash was told")
	}
	return object{"text": string(text)}, nil
}

// answer gives what came of a command; what the SDK throws for neither of its two reasons ends the program.
func (p *program) answer(ctx context.Context, c command) any {
	result, err := p.perform(ctx, c)
	var refusal *core.APIError
	switch {
	case err == nil:
		return result
	case errors.As(err, &refusal):
		return object{"error": object{"status": refusal.StatusCode, "code": refusal.Code, "message": refusal.Message}}
	case strings.Contains(err.Error(), "validate verify fail"):
		return object{"refused": err.Error()}
	}
	log.Fatal(err)
	return nil
}

func main() {
	ctx := context.Background()
	var told told
	if err := json.Unmarshal([]byte(os.Args[1]), &told); err != nil {
		log.Fatal(err)
	}
	p, err := start(ctx, told)
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var c command
		if err = json.Unmarshal(bytes.TrimSpace(line), &c); err != nil {
			log.Fatal(err)
		}
		result, err := json.Marshal(p.answer(ctx, c))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(result))
	}
}
