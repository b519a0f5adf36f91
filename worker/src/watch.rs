//! How the worker is: alive, able to work, and its queues in numbers.

use std::fmt::Write;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use jiekou_boot::clock;
use jiekou_store::platforms::webhook_deliveries;
use jiekou_store::work::{account_messages, deliveries, jobs, ticks};
use jiekou_store::{database, resealing};

use crate::run::Worker;

/// The page's server.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(listener: TcpListener, worker: Arc<Worker>) -> std::io::Result<Server> {
    let data = web::Data::from(worker);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/healthz", web::get().to(async || "ok\n"))
            .route("/readyz", web::get().to(readyz))
            .route("/metrics", web::get().to(metrics))
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

async fn readyz(worker: web::Data<Worker>) -> HttpResponse {
    let current = matches!(database::is_current(&worker.app.pool).await, Ok(true));
    let body =
        serde_json::json!({ "ready": current, "database": if current { "ok" } else { "unreachable" } });
    if current { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}

async fn metrics(worker: web::Data<Worker>) -> HttpResponse {
    let pool = &worker.app.pool;
    let (_, old_keys) = worker.app.vault.key_ids();
    let (Ok((waiting, dead)), Ok(deliveries), Ok(messages), Ok(webhooks), Ok(next), Ok(sealed)) = (
        jobs::count(pool).await,
        deliveries::count_by_state(pool).await,
        account_messages::count_by_state(pool).await,
        webhook_deliveries::count_by_state(pool).await,
        ticks::next(pool).await,
        resealing::left(pool, &old_keys).await,
    ) else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let late = next.map_or(0, |next| (clock::now() - next).num_milliseconds().max(0));
    let mut text = format!(
        "# TYPE jiekou_clock_lag_seconds gauge\njiekou_clock_lag_seconds {}.{:03}\n# TYPE jiekou_jobs gauge\njiekou_jobs{{state=\"waiting\"}} {waiting}\njiekou_jobs{{state=\"dead\"}} {dead}\n# TYPE jiekou_deliveries gauge\n",
        late / 1_000,
        late % 1_000,
    );
    for (state, count) in deliveries {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "jiekou_deliveries{{state=\"{state}\"}} {count}");
    }
    text.push_str("# TYPE jiekou_account_messages gauge\n");
    for (state, count) in messages {
        let _ = writeln!(text, "jiekou_account_messages{{state=\"{state}\"}} {count}");
    }
    text.push_str("# TYPE jiekou_webhook_deliveries gauge\n");
    for (state, count) in webhooks {
        let _ = writeln!(text, "jiekou_webhook_deliveries{{state=\"{state}\"}} {count}");
    }
    text.push_str("# TYPE jiekou_sealed_by_old_keys gauge\n");
    for (what, count) in sealed {
        let _ = writeln!(text, "jiekou_sealed_by_old_keys{{what=\"{what}\"}} {count}");
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text)
}
