// Package tea is a shop on wechatpay-go: an order, its launch parameters, and the notification.
package tea

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"sync"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

const price = 199

// Merchant is who the shop is at WeChat Pay.
type Merchant struct {
	Appid       string `json:"appid"`
	MchID       string `json:"mch_id"`
	APIv3Key    string `json:"apiv3_key"`
	SerialNo    string `json:"serial_no"`
	KeyPEM      string `json:"key_pem"`
	PlatformPEM string `json:"platform_cert_pem"`
}

// Shop sells tea.
type Shop struct {
	merchant Merchant
	client   *core.Client
	handler  *notify.Handler
	mutex    sync.Mutex
	orders   map[string]string // number -> unpaid, paid
}

// Open makes a shop.
func Open(ctx context.Context, m Merchant) (*Shop, error) {
	key, err := utils.LoadPrivateKey(m.KeyPEM)
	if err != nil {
		return nil, err
	}
	platform, err := utils.LoadCertificate(m.PlatformPEM)
	if err != nil {
		return nil, err
	}
	certificates := core.NewCertificateMapWithList([]*x509.Certificate{platform})
	client, err := core.NewClient(ctx, option.WithMerchantCredential(m.MchID, m.SerialNo, key),
		option.WithWechatPayCertificate([]*x509.Certificate{platform}))
	if err != nil {
		return nil, err
	}
	handler, err := notify.NewRSANotifyHandler(m.APIv3Key, verifiers.NewSHA256WithRSAVerifier(certificates))
	return &Shop{merchant: m, client: client, handler: handler, orders: map[string]string{}}, err
}

// Order is what the page passes to wx.requestPayment, and the order's number.
func (s *Shop) Order(ctx context.Context, openid, notifyURL string) (string, *jsapi.PrepayWithRequestPaymentResponse, error) {
	random := make([]byte, 16)
	_, _ = rand.Read(random)
	number := hex.EncodeToString(random)
	service := jsapi.JsapiApiService{Client: s.client}
	launch, _, err := service.PrepayWithRequestPayment(ctx, jsapi.PrepayRequest{
		Appid: core.String(s.merchant.Appid), Mchid: core.String(s.merchant.MchID),
		Description: core.String("茶叶"), OutTradeNo: core.String(number), NotifyUrl: core.String(notifyURL),
		Amount: &jsapi.Amount{Total: core.Int64(price)}, Payer: &jsapi.Payer{Openid: core.String(openid)},
	})
	s.learn(number, "unpaid")
	return number, launch, err
}

// Status is what the page shows.
func (s *Shop) Status(number string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.orders[number]
}

// ServeHTTP takes notifications; the SDK refuses what WeChat Pay did not sign.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	told := new(payments.Transaction)
	if _, err := s.handler.ParseNotifyRequest(r.Context(), r, told); err != nil || *told.Amount.Total != price {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.learn(*told.OutTradeNo, "paid")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Shop) learn(number, status string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.orders[number] = status
}
