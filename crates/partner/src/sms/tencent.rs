//! Tencent Cloud SMS: `SendSms` of 2021-01-11 (腾讯云短信).

use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tracing::{error, warn};

use super::tc3::{CONTENT_TYPE, Signing};
use super::{Refusal, Sms, SmsOutcome};
use crate::{Http, HttpError};

/// Most bytes of an answer about one phone; real ones have a few hundred.
const ANSWER: usize = 64 * 1024;

/// Whose messages are sent, and as what.
#[derive(Clone)]
pub struct TencentAccount {
    pub secret_id: String,
    pub secret_key: SecretString,
    /// Such as `ap-guangzhou`.
    pub region: String,
    /// `SmsSdkAppId` of the application.
    pub app_id: String,
    /// The approved signature, without its brackets.
    pub sign_name: String,
    /// Id of the approved template.
    pub template_id: String,
}

impl fmt::Debug for TencentAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TencentAccount").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

/// A client of the service.
#[derive(Debug, Clone)]
pub struct TencentSms {
    http: Http,
    base_url: String,
    host: String,
    account: TencentAccount,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    phone_number_set: [&'a str; 1],
    sms_sdk_app_id: &'a str,
    sign_name: &'a str,
    template_id: &'a str,
    template_param_set: &'a [String],
    session_context: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    #[serde(default)]
    send_status_set: Vec<Status>,
    error: Option<Status>,
}

/// The code of one message, or of the whole request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
}

impl TencentSms {
    /// A client for `base_url`, such as `https://sms.tencentcloudapi.com`.
    ///
    /// # Errors
    /// When that is no address of a web server's root.
    pub fn new(http: Http, base_url: &str, account: TencentAccount) -> Result<Self, String> {
        let base_url = base_url.trim_end_matches('/');
        let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
        let host = host.filter(|host| !host.is_empty() && !host.contains(['/', '@', '?', '#']));
        let host = host.ok_or("must be https://host, without a path")?.to_ascii_lowercase();
        Ok(Self { http, base_url: base_url.to_owned(), host, account })
    }

    /// Hands a message in, once.
    pub async fn send(&self, sms: &Sms, reference: &str, now: DateTime<Utc>) -> SmsOutcome {
        let TencentAccount { secret_id, secret_key, region, app_id, sign_name, template_id } = &self.account;
        let request = Request {
            phone_number_set: [&sms.to],
            sms_sdk_app_id: app_id,
            sign_name,
            template_id,
            template_param_set: &sms.parameters,
            session_context: reference,
        };
        // Text only, which always serialises.
        let Ok(body) = serde_json::to_vec(&request) else {
            return SmsOutcome::Refused(Refusal::Other);
        };
        let signing = Signing { secret_id, secret_key, host: &self.host, service: "sms", now };
        let request = self
            .http
            .client()
            .post(format!("{}/", self.base_url))
            .header("Content-Type", CONTENT_TYPE)
            .header("Authorization", signing.authorization(&body))
            .header("X-TC-Action", "SendSms")
            .header("X-TC-Version", "2021-01-11")
            .header("X-TC-Region", region)
            .header("X-TC-Timestamp", now.timestamp().to_string())
            .body(body);
        let outcome = match self.http.call(request, ANSWER).await {
            Ok((status, body)) if status.is_success() => read(&body),
            // Whatever stands before the service may have passed the request on.
            Ok((_, _)) => SmsOutcome::Unknown,
            Err(HttpError::NotSent) => SmsOutcome::NotYet("the provider is out of reach"),
            Err(HttpError::Unknown | HttpError::TooLong(_) | HttpError::Client(_)) => SmsOutcome::Unknown,
        };
        match outcome {
            SmsOutcome::Refused(refusal) if refusal.is_ours() => {
                error!(sms.refusal = ?refusal, sms.reference = reference, "text messages are refused: see to the account");
            }
            SmsOutcome::Taken | SmsOutcome::Refused(_) => {}
            SmsOutcome::NotYet(_) | SmsOutcome::Unknown => {
                warn!(sms.outcome = ?outcome, sms.reference = reference, "a text message was not taken");
            }
        }
        outcome
    }
}

/// What an answer of the service says.
fn read(body: &[u8]) -> SmsOutcome {
    let Ok(Answer { response }) = serde_json::from_slice(body) else {
        return SmsOutcome::Unknown;
    };
    match (response.error, response.send_status_set.as_slice()) {
        (Some(error), _) => outcome(&error.code),
        (None, [status]) => outcome(&status.code),
        // One phone, one status.
        (None, _) => SmsOutcome::Unknown,
    }
}

/// What a code means, by the list of the service's errors of 2021-01-11.
fn outcome(code: &str) -> SmsOutcome {
    use Refusal as R;
    let refused = |code: &str| match code {
        "FailedOperation.InsufficientBalanceInSmsPackage" => R::Balance,
        "FailedOperation.PhoneNumberInBlacklist"
        | "FailedOperation.PhoneNumberParseFail"
        | "InvalidParameterValue.IncorrectPhoneNumber"
        | "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone"
        | "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber"
        | "UnsupportedOperation.UnsupportedRegion"
        | "UnsupportedOperation.UnsuportedRegion" => R::Number,
        "FailedOperation.ContainSensitiveWord"
        | "InvalidParameter.DirtyWordFound"
        | "InvalidParameterValue.ContentLengthLimit"
        | "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter" => R::Template,
        "InternalError.RequestTimeException"
        | "InternalError.RestApiInterfaceNotExist"
        | "InternalError.SigFieldMissing"
        | "InternalError.SigVerificationFail"
        | "InvalidParameter.AppidAndBizId"
        | "InvalidParameterValue.SdkAppIdNotExist" => R::Account,
        _ if code.starts_with("AuthFailure") || code.starts_with("UnauthorizedOperation") => R::Account,
        _ if code.starts_with("LimitExceeded") => R::Limit,
        _ if code.contains("Template") || code.contains("Sign") => R::Template,
        _ => R::Other,
    };
    match code {
        "Ok" => SmsOutcome::Taken,
        "LimitExceeded.PhoneNumberThirtySecondLimit" | "LimitExceeded.DeliveryFrequencyLimit" => {
            SmsOutcome::NotYet("the provider sends to a number twice a minute only")
        }
        "RequestLimitExceeded" | "RequestLimitExceeded.UinLimitExceeded" => {
            SmsOutcome::NotYet("the provider is asked too often")
        }
        // Its own parts did not answer each other: what they did before that nobody knows.
        "InternalError"
        | "InternalError.OtherError"
        | "InternalError.ParseBackendResponseFail"
        | "InternalError.SendAndRecvFail"
        | "InternalError.Timeout"
        | "InternalError.UnknownError" => SmsOutcome::Unknown,
        code => SmsOutcome::Refused(refused(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: &str) -> SmsOutcome {
        let status = format!(
            r#"{{"Response":{{"SendStatusSet":[{{"SerialNo":"5000:1","PhoneNumber":"+8613912345678","Fee":1,
                "SessionContext":"","Code":"{code}","Message":"m","IsoCode":"CN"}}],"RequestId":"r"}}}}"#
        );
        let whole =
            format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"m"}},"RequestId":"r"}}}}"#);
        let read = read(status.as_bytes());
        assert!(code == "Ok" || read == self::read(whole.as_bytes()), "of the message as of the request");
        read
    }

    #[test]
    fn every_code_of_the_service_is_taken_tried_again_refused_or_unknown() {
        use Refusal::*;
        for (code, outcome) in [
            ("Ok", SmsOutcome::Taken),
            ("LimitExceeded.PhoneNumberOneHourLimit", SmsOutcome::Refused(Limit)),
            ("LimitExceeded.PhoneNumberDailyLimit", SmsOutcome::Refused(Limit)),
            ("LimitExceeded.AppDailyLimit", SmsOutcome::Refused(Limit)),
            ("InvalidParameterValue.IncorrectPhoneNumber", SmsOutcome::Refused(Number)),
            ("FailedOperation.PhoneNumberInBlacklist", SmsOutcome::Refused(Number)),
            ("FailedOperation.TemplateIncorrectOrUnapproved", SmsOutcome::Refused(Template)),
            ("FailedOperation.SignatureIncorrectOrUnapproved", SmsOutcome::Refused(Template)),
            ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", SmsOutcome::Refused(Template)),
            ("InvalidParameterValue.TemplateParameterFormatError", SmsOutcome::Refused(Template)),
            ("AuthFailure.SignatureFailure", SmsOutcome::Refused(Account)),
            ("AuthFailure.SecretIdNotFound", SmsOutcome::Refused(Account)),
            ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", SmsOutcome::Refused(Account)),
            ("InternalError.RequestTimeException", SmsOutcome::Refused(Account)),
            ("FailedOperation.InsufficientBalanceInSmsPackage", SmsOutcome::Refused(Balance)),
            ("MissingParameter", SmsOutcome::Refused(Other)),
            ("SomethingNew", SmsOutcome::Refused(Other)),
            ("InternalError.Timeout", SmsOutcome::Unknown),
            ("InternalError.SendAndRecvFail", SmsOutcome::Unknown),
        ] {
            assert_eq!(answer(code), outcome, "{code}");
        }
        for code in ["RequestLimitExceeded", "LimitExceeded.PhoneNumberThirtySecondLimit"] {
            assert!(matches!(answer(code), SmsOutcome::NotYet(_)), "{code}");
        }
    }

    #[test]
    fn an_answer_that_nobody_understands_leaves_it_unknown() {
        for body in ["", "{}", "<html>", r#"{"Response":{}}"#, r#"{"Response":{"SendStatusSet":[]}}"#, "null"]
        {
            assert_eq!(read(body.as_bytes()), SmsOutcome::Unknown, "{body}");
        }
    }

    #[test]
    fn a_client_is_for_the_root_of_a_web_server() {
        let account = TencentAccount {
            secret_id: String::new(),
            secret_key: SecretString::from("k"),
            region: String::new(),
            app_id: String::new(),
            sign_name: String::new(),
            template_id: String::new(),
        };
        let client =
            |url| TencentSms::new(Http::new(crate::Timeouts::default()).unwrap(), url, account.clone());
        for (url, host) in [
            ("https://sms.tencentcloudapi.com", "sms.tencentcloudapi.com"),
            ("http://127.0.0.1:81/", "127.0.0.1:81"),
        ] {
            assert_eq!(client(url).unwrap().host, host);
        }
        for wrong in ["", "sms.tencentcloudapi.com", "https://", "https://a/b", "https://u@a", "ftp://a"] {
            assert!(client(wrong).is_err(), "{wrong}");
        }
    }
}
