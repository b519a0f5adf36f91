//! A client of `graphql-transport-ws`.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open connection.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects and asks for a subprotocol.
    pub async fn open(address: &str, protocol: Option<&str>) -> Self {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        if let Some(protocol) = protocol {
            request.headers_mut().insert("Sec-WebSocket-Protocol", protocol.parse().unwrap());
        }
        Self(connect_async(request).await.unwrap().0)
    }

    /// Connects as the browser of a page of these origins does; the status of the refusal where it is refused.
    pub async fn of_page(address: &str, origins: &[&str]) -> Result<Self, u16> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
        for origin in origins {
            request.headers_mut().append("Origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("neither open nor refused: {other}"),
        }
    }

    /// Connects and says who it is.
    pub async fn begin(address: &str, token: Option<&str>) -> Self {
        let mut socket = Self::open(address, Some("graphql-transport-ws")).await;
        let payload = token.map(|token| json!({ "authorization": format!("Bearer {token}") }));
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    pub async fn send(&mut self, message: &Value) {
        self.say(&message.to_string()).await;
    }

    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message; asked whether it is there, it says so.
    pub async fn hear(&mut self) -> Value {
        loop {
            let message = self.raw().await;
            if message["type"] == "ping" {
                self.send(&json!({ "type": "pong" })).await;
            } else {
                return message;
            }
        }
    }

    /// The next message, whatever it is.
    pub async fn raw(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    /// The payload of the next event of an operation, which must have no errors.
    pub async fn event(&mut self, id: &str) -> Value {
        let message = self.hear().await;
        assert_eq!(message["type"], "next", "{message}");
        assert_eq!(message["id"], id, "{message}");
        assert!(message["payload"]["errors"].is_null(), "{message}");
        message["payload"]["data"].clone()
    }

    /// What is still said, until the connection is over.
    pub async fn left(&mut self) -> Option<Value> {
        match self.frame().await {
            Some(Message::Text(text)) => Some(serde_json::from_str(&text).unwrap()),
            Some(_) | None => None,
        }
    }

    /// The code that the connection is closed with; what comes before is passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.frame().await {
                Some(Message::Close(Some(frame))) => return frame.code.into(),
                Some(Message::Close(None)) | None => return 0,
                Some(_) => {}
            }
        }
    }

    async fn frame(&mut self) -> Option<Message> {
        let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something is said");
        frame.and_then(Result::ok)
    }
}
