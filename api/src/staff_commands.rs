//! `jiekou-api staff`: accounts from the command line, the first administrator's among them.

use clap::{Args, Subcommand};
use jiekou_boot::{Config, assemble, clock};
use jiekou_core::staff::{Grant, Level, Profile, RawProfile, Role};
use jiekou_service::administer_staff::{Act, administer};
use jiekou_service::invite_staff::{Administrator, Invitation, invite_staff};
use jiekou_service::{App, ServiceError};
use jiekou_store::people::staff;

use crate::commands::{Failure, say};

#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Make an account; prints the link with which its password is set once.
    Invite(InviteOptions),
    /// Make an account's password good no more; prints the link with which a new one is set once.
    Reset(ActOptions),
    /// Disable an account; its sessions end.
    Disable(ActOptions),
    /// Enable an account that was disabled.
    Enable(ActOptions),
    /// Take the second factor of an account away, when it was lost together with its recovery codes.
    RemoveSecondFactor(ActOptions),
}

#[derive(Debug, Args)]
pub struct InviteOptions {
    /// The name to sign in with.
    username: String,
    /// The name that others see.
    #[arg(long)]
    name: String,
    /// A role and where it holds, such as admin:district:410103; may be given several times.
    #[arg(long = "grant", value_name = "ROLE:LEVEL:AREA", required = true)]
    grants: Vec<String>,
    /// Where to send the link instead of printing it.
    #[arg(long)]
    email: Option<String>,
}

#[derive(Debug, Args)]
pub struct ActOptions {
    username: String,
    /// Why; it stands in the log.
    #[arg(long)]
    reason: String,
}

/// Runs a command.
///
/// # Errors
/// With words that say what to do.
pub async fn run(command: StaffCommand) -> Result<(), Failure> {
    let app = assemble::app(&Config::load()?).await?;
    match command {
        StaffCommand::Invite(options) => invite(&app, options).await,
        StaffCommand::Reset(options) => act(&app, options, Act::Reset { show: true }).await,
        StaffCommand::Disable(options) => act(&app, options, Act::Disable).await,
        StaffCommand::Enable(options) => act(&app, options, Act::Enable).await,
        StaffCommand::RemoveSecondFactor(options) => act(&app, options, Act::RemoveSecondFactor).await,
    }
}

async fn invite(app: &App, options: InviteOptions) -> Result<(), Failure> {
    let raw = RawProfile {
        username: Some(options.username),
        display_name: Some(options.name),
        email: options.email,
    };
    let profile = Profile::parse(&raw).map_err(|faults| in_words(ServiceError::Invalid(faults)))?;
    let grants = options.grants.iter().map(|text| parse_grant(text)).collect::<Result<Vec<_>, _>>()?;
    let by = Administrator::CommandLine;
    let invited = invite_staff(app, by, &profile, &grants, false, clock::now()).await;
    say(&told(app, &invited.map_err(in_words)?))
}

async fn act(app: &App, options: ActOptions, act: Act) -> Result<(), Failure> {
    let found = staff::by_username(&app.pool, &options.username.trim().to_lowercase()).await?;
    let account = found.ok_or("there is no account with this name")?;
    let by = Administrator::CommandLine;
    let done = administer(app, by, account.staff_id, &act, &options.reason, clock::now()).await;
    match done.map_err(in_words)? {
        Some(invitation) => say(&told(app, &invitation)),
        None => say("done"),
    }
}

fn told(app: &App, invitation: &Invitation) -> String {
    match &invitation.shown {
        Some(code) => format!("{}\ngood once, until {}", Invitation::link(app, code), invitation.expires_at),
        None => format!("the link goes by e-mail; it is good once, until {}", invitation.expires_at),
    }
}

fn parse_grant(text: &str) -> Result<Grant, Failure> {
    let wrong = || format!("`{text}`: write ROLE:LEVEL:AREA, such as admin:district:410103");
    let parts: Vec<&str> = text.split(':').collect();
    let &[role, level, area] = parts.as_slice() else {
        return Err(wrong().into());
    };
    let (role, level) =
        (Role::from_name(role).ok_or_else(wrong)?, Level::from_name(level).ok_or_else(wrong)?);
    Ok(Grant::new(role, level, area))
}

/// Wrong fields with their words; anything else says enough itself.
fn in_words(error: ServiceError) -> Failure {
    match error {
        ServiceError::Invalid(faults) => {
            let words: Vec<String> =
                faults.into_iter().map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
            words.join("; ").into()
        }
        other => other.into(),
    }
}
