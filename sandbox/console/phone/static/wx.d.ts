// The types of wx.js: what it has of `wx` has the platform's own signatures, see miniprogram-api-typings.
interface Heard { errMsg: string }
interface Callbacks<R> {
  success?: (heard: R) => void;
  fail?: (heard: any) => void;
  complete?: (heard: any) => void;
}
/** A promise when no callback is given, as the platform does. */
type Promised<T, R> = T extends { success: any } ? void : T extends { fail: any } ? void
  : T extends { complete: any } ? void : Promise<R>;

interface Login extends Callbacks<Heard & { code: string }> { timeout?: number }
interface Profile extends Heard {
  userInfo: any; rawData: string; signature: string; encryptedData: string; iv: string; cloudID: string;
}
interface Payment extends Callbacks<Heard> {
  timeStamp: string; nonceStr: string; package: string; signType?: any; paySign: string;
}
interface Transfer extends Callbacks<Heard> { mchId: string; appId?: string; package: string; subMchId?: string; openId?: string }

interface Configuration {
  /** Where the sandbox answers; WECHATPAY_SANDBOX_URL in Node. */
  base: string;
  tenant: string;
  appid: string;
  /** A payer by id, nickname or openid; the first one when empty. */
  payer: string;
  token: string;
  /** The address of the page that pays, where there is no page; payment directories and wx.config look at it. */
  page: string;
  /** What the payer does in mode `auto`. */
  action: 'pay' | 'cancel' | 'close-dialog' | 'wrong-password' | 'no-balance';
  mode: 'auto' | 'phone';
  /** In mode `phone`: whether the phone lies over this page. */
  overlay: boolean;
}

interface SandboxWx {
  login<T extends Login = Login>(option?: T): Promised<T, Heard & { code: string }>;
  checkSession<T extends Callbacks<Heard> = Callbacks<Heard>>(option?: T): Promised<T, Heard>;
  getUserProfile<T extends Callbacks<Profile> & { desc: string; lang?: any } = { desc: string }>(option: T): Promised<T, Profile>;
  requestPayment<T extends Payment = Payment>(option: T): Promised<T, Heard>;
  requestMerchantTransfer<T extends Transfer>(option: T): Promised<T, Heard>;
  request(option: any): any;
  chooseWXPay(option: any): void;
  config(option: any): void;
  ready(callback: () => void): void;
  error(callback: (said: Heard) => void): void;
  checkJsApi(option: any): void;
  sandbox: {
    (changes?: Partial<Configuration>): Configuration;
    getPhoneNumber(): Promise<Heard & { code: string; encryptedData?: string; iv?: string }>;
  };
  WeixinJSBridge: {
    invoke(name: string, params: object, callback?: (heard: { err_msg: string; err_code?: string; err_desc?: string }) => void): void;
    on(...given: any[]): void;
    call(...given: any[]): void;
  };
}

declare const sandboxWx: SandboxWx;
export = sandboxWx;
