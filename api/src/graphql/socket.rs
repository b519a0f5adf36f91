//! One WebSocket connection that speaks `graphql-transport-ws`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Session};
use async_graphql::Response;
use futures_util::StreamExt;
use futures_util::stream::{Stream, once};
use jiekou_boot::clock;
use jiekou_core::limit::{AddressGroup, Spender};
use jiekou_service::own_sessions;
use jiekou_service::tokens::{ACCESS_LIFE, Bearer};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_stream::StreamMap;

use super::asked::Asked;
use super::caller::Caller;
use super::failure::refused;
use super::transport_ws::{Closing, PROTOCOL, Said, Told, parse};
use crate::extract::Address;
use crate::problem::{Kind, Problem};
use crate::state::State;

/// How often a connection is looked at: a session that ended ends it within this time.
pub const TICK: Duration = Duration::from_secs(2);
/// A signed-in connection lasts no longer than the token that opened it could; the client comes back with a new one.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);
const _: () = assert!(LONGEST.as_secs() == ACCESS_LIFE.num_seconds().unsigned_abs());
/// How long a client may take to say who it is.
const INIT: Duration = Duration::from_secs(5);
/// Most bytes of a message, as of a body.
const LARGEST: usize = 64 * 1024;

/// The answers to one operation; `None` at its end.
type Answers = Pin<Box<dyn Stream<Item = Option<Response>> + Send>>;

/// Opens a connection; for browsers only on pages that may, since nothing else keeps a page of others from it.
pub async fn open(
    state: web::Data<State>,
    request: HttpRequest,
    Address(address): Address,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    if !may_open(&state, &request) {
        return Err(Kind::Forbidden.into());
    }
    let seat = state.live.take_seat(Spender::Address(address)).ok_or(Kind::Busy)?;
    let (response, session, messages) = actix_ws::handle_with_protocols(&request, payload, &[PROTOCOL])
        .map_err(|refused| Problem::from(Kind::MalformedBody).with_detail(refused.to_string()))?;
    let spoken = response.headers().contains_key("Sec-WebSocket-Protocol");
    let connection = Connection {
        state: state.into_inner(),
        address,
        session,
        caller: None,
        running: StreamMap::new(),
        opened: Instant::now(),
        heard: Instant::now(),
        asked_at: None,
    };
    let messages = messages.max_frame_size(LARGEST).aggregate_continuations().max_continuation_size(LARGEST);
    actix_web::rt::spawn(async move {
        connection.serve(messages, spoken).await;
        drop(seat);
    });
    Ok(response)
}

/// Whether the page that opens the connection may; who says no origin is no browser.
fn may_open(state: &State, request: &HttpRequest) -> bool {
    let said: Vec<_> = request.headers().get_all(header::ORIGIN).collect();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match said.as_slice() {
        [] => true,
        [origin] => origin.to_str().is_ok_and(|origin| state.graphql.origins.let_in(origin, host)),
        _ => false,
    }
}

struct Connection {
    state: Arc<State>,
    address: AddressGroup,
    session: Session,
    /// Known from `connection_init` on.
    caller: Option<Caller>,
    running: StreamMap<String, Answers>,
    opened: Instant,
    heard: Instant,
    /// When the client was last asked whether it is there.
    asked_at: Option<Instant>,
}

/// The client is gone, or does not read: nothing can be told to it any more.
struct Gone;

/// Why a connection ends.
enum End {
    Gone,
    Closed(Closing),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<Closing> for End {
    fn from(closing: Closing) -> Self {
        Self::Closed(closing)
    }
}

impl Connection {
    async fn serve(mut self, mut messages: AggregatedMessageStream, spoken: bool) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let end = if spoken {
            loop {
                if let Err(end) = self.step(&mut messages, &mut ticks).await {
                    break end;
                }
            }
        } else {
            End::Closed(Closing::WrongProtocol)
        };
        if let End::Closed(closing) = end {
            // Whoever has hung up hears no goodbye.
            let _ =
                tokio::time::timeout(self.state.graphql.patience, self.session.close(Some(closing.reason())))
                    .await;
        }
    }

    async fn step(
        &mut self,
        messages: &mut AggregatedMessageStream,
        ticks: &mut Interval,
    ) -> Result<(), End> {
        let stopping = self.state.live.lifecycle.stopping.clone();
        tokio::select! {
            () = stopping.cancelled() => Err(Closing::Restart.into()),
            message = messages.recv() => match message {
                Some(Ok(message)) => self.hear(message).await,
                Some(Err(error)) => Err(Closing::BadRequest(error.to_string()).into()),
                None => Err(End::Gone),
            },
            Some((id, answer)) = self.running.next() => Ok(self.pass_on(&id, answer).await?),
            _ = ticks.tick() => self.look().await,
        }
    }

    async fn hear(&mut self, message: AggregatedMessage) -> Result<(), End> {
        (self.heard, self.asked_at) = (Instant::now(), None);
        match message {
            AggregatedMessage::Text(text) => self.obey(parse(&text)?).await,
            AggregatedMessage::Binary(_) => Err(Closing::BadRequest("text frames only".to_owned()).into()),
            AggregatedMessage::Ping(bytes) => {
                let pong = tokio::time::timeout(self.state.graphql.patience, self.session.pong(&bytes)).await;
                if matches!(pong, Ok(Ok(()))) { Ok(()) } else { Err(End::Gone) }
            }
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Close(_) => Err(End::Gone),
        }
    }

    async fn obey(&mut self, said: Said) -> Result<(), End> {
        match said {
            Said::ConnectionInit { .. } if self.caller.is_some() => Err(Closing::TooManyInits.into()),
            Said::ConnectionInit { payload } => {
                let bearer = bearer(&self.state, payload.as_ref())?;
                self.caller = Some(Caller { state: Arc::clone(&self.state), bearer, address: self.address });
                Ok(self.tell(&Told::ConnectionAck {}).await?)
            }
            Said::Ping { payload } => Ok(self.tell(&Told::Pong { payload }).await?),
            Said::Pong {} => Ok(()),
            Said::Subscribe { id, payload } => {
                let caller = self.caller.clone().ok_or(Closing::Unauthorized)?;
                if self.running.contains_key(&id) {
                    return Err(Closing::SameId.into());
                }
                if self.running.len() >= self.state.graphql.operations {
                    return Err(Closing::TooManyOperations.into());
                }
                let answers = self.answers(caller, &payload);
                self.running.insert(id, answers);
                Ok(())
            }
            Said::Complete { id } => {
                self.running.remove(&id);
                Ok(())
            }
        }
    }

    /// The answers to an operation, the end said once.
    fn answers(&self, caller: Caller, payload: &Map<String, Value>) -> Answers {
        let door = &self.state.graphql;
        let asked =
            Asked::read(payload).map_err(|faults| Problem::from(Kind::Validation).with_errors(faults));
        let passed = asked.and_then(|asked| door.pass(&caller, 1).map(|()| asked));
        let answers = match passed {
            Ok(asked) => door.stream(caller, asked),
            Err(problem) => once(async move { refused(&problem) }).boxed(),
        };
        Box::pin(answers.map(Some).chain(once(async { None })))
    }

    async fn pass_on(&mut self, id: &str, answer: Option<Response>) -> Result<(), Gone> {
        match answer {
            None => {
                self.running.remove(id);
                self.tell(&Told::Complete { id }).await
            }
            // Nothing of it was executed: the operation ends with `error`, and `complete` does not follow.
            Some(answer) if answer.errors.iter().any(|error| error.path.is_empty()) => {
                self.running.remove(id);
                self.tell(&Told::Error { id, payload: &answer.errors }).await
            }
            Some(answer) => self.tell(&Told::Next { id, payload: &answer }).await,
        }
    }

    /// Whether there is still somebody, who may still be told something.
    async fn look(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let Some(caller) = &self.caller else {
            return if now - self.opened > INIT { Err(Closing::InitTimeout.into()) } else { Ok(()) };
        };
        if caller.has_ended() || (caller.bearer.is_some() && now - self.opened > LONGEST) {
            return Err(Closing::SessionEnded.into());
        }
        match self.asked_at {
            Some(asked_at) if now - asked_at > self.state.graphql.pulse => Err(Closing::Silent.into()),
            None if now - self.heard > self.state.graphql.pulse => {
                self.asked_at = Some(now);
                Ok(self.tell(&Told::Ping {}).await?)
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn tell(&mut self, told: &Told<'_>) -> Result<(), Gone> {
        let telling = self.session.text(told.text());
        match tokio::time::timeout(self.state.graphql.patience, telling).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_hung_up)) => Err(Gone),
            Err(_elapsed) => {
                tracing::info!("a client does not read and is dropped");
                Err(Gone)
            }
        }
    }
}

/// Whom `connection_init` proves: `{"authorization": "Bearer …"}`, or anybody without it.
fn bearer(state: &State, payload: Option<&Map<String, Value>>) -> Result<Option<Bearer>, Closing> {
    let named =
        payload.and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
    let Some(named) = named.filter(|value| !value.is_null()) else { return Ok(None) };
    let token =
        named.as_str().and_then(|header| header.strip_prefix("Bearer ")).ok_or(Closing::Unauthorized)?;
    match own_sessions::bearer(&state.app, token.trim(), clock::now()) {
        Ok(Bearer::Staff(credential)) if credential.only_enrolling => Err(Closing::Unauthorized),
        Ok(bearer) => Ok(Some(bearer)),
        Err(_) => Err(Closing::Unauthorized),
    }
}
