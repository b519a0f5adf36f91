//! The pgbench scripts: the rows and the query of Jiekou without Jiekou.

use std::path::PathBuf;

use clap::Args;
use sqlx::AssertSqlSafe;

use crate::database::connected;

/// A transaction that writes what one report writes; `{…}` is a literal taken from a recorded report.
const INTAKE: &str = include_str!("baseline_intake.sql");
/// The query behind the tracking page, word for word.
const TRACKING: &str = include_str!("../../../crates/store/src/reports/tracking.sql");
/// The first of the codes that are numbers, so that pgbench can draw one at random. Jiekou never hands these out.
const FIRST_CODE: i64 = 222_222_220_000;
/// Literals of a report whose fingerprint is of the middle length.
const RECORDED: &str = "
    select array[
        ['category', quote_literal(c.category)], ['family', quote_literal(c.family)],
        ['segment', quote_nullable(c.segment_code)], ['address', quote_nullable(c.address)],
        ['fingerprint', quote_literal(c.fingerprint)], ['due_kind', quote_nullable(c.due_kind)],
        ['due_rule', quote_nullable(c.due_rule)], ['words', quote_nullable(c.words)], ['routing', quote_literal(c.routing)],
        ['channel', quote_literal(r.channel)], ['description', quote_literal(r.description)],
        ['place', quote_literal(r.place)], ['attributes', quote_nullable(r.attributes)]
    ] from report r join cases c using (case_id)
    where r.outcome = 'new' and r.judgement is null and not c.place_unknown
    order by octet_length(c.fingerprint), r.report_id
    offset (select count(*) / 2 from report where outcome = 'new' and judgement is null) limit 1";

#[derive(Args)]
pub struct IntakeOptions {
    /// The database that Jiekou has recorded reports in.
    #[arg(long)]
    recorded: String,
    /// The database that pgbench will write to; migrated, with the same rulebook.
    #[arg(long)]
    baseline: String,
    /// The script.
    #[arg(long)]
    script: PathBuf,
}

#[derive(Args)]
pub struct ReadsOptions {
    /// The database that Jiekou has recorded reports in.
    #[arg(long)]
    recorded: String,
    /// The script.
    #[arg(long)]
    script: PathBuf,
    /// File for the codes that `reads` asks for.
    #[arg(long)]
    codes: PathBuf,
    /// Reports on each side.
    #[arg(long, default_value_t = 2000)]
    count: i64,
}

pub fn intake(options: &IntakeOptions) {
    let literals: Vec<String> = connected(&options.recorded, async |connection| {
        let query = format!("select unnest(literals) from ({RECORDED}) as recorded (literals)");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(connection).await.unwrap()
    });
    assert!(!literals.is_empty(), "no report was recorded yet");
    let script = literals.chunks(2).fold(INTAKE.to_owned(), |script, pair| {
        // With standard_conforming_strings a backslash is one character, and pgbench takes `:word` for a variable.
        let literal = pair[1].strip_prefix('E').unwrap_or(&pair[1]).replace("\\\\", "\\");
        assert!(
            !literal.split(':').skip(1).any(|rest| !rest.starts_with(' ')),
            "pgbench would misread {literal}"
        );
        script.replace(&format!("{{{}}}", pair[0]), &literal)
    });
    for gap in ["{segment}", "{category}", "{fingerprint}", "{routing}", "{description}", "{place}"] {
        assert!(!script.contains(gap), "{gap} is left in the script");
    }
    std::fs::write(&options.script, script).unwrap();
    connected(&options.baseline, async |connection| {
        for statement in ["create sequence bench_case", "create sequence bench_report"] {
            sqlx::query(statement).execute(&mut *connection).await.unwrap();
        }
    });
}

pub fn reads(options: &ReadsOptions) {
    let last = FIRST_CODE - 1 + options.count;
    let offset = format!("\\set code {FIRST_CODE} + random(0, {})\n", options.count - 1);
    std::fs::write(&options.script, format!("{offset}{};\n", TRACKING.trim().replace("any ($1)", ":code")))
        .unwrap();
    let codes: Vec<String> = connected(&options.recorded, async |connection| {
        // Spread over all reports, and none of them on both sides.
        let spread = "select report_id, row_number() over (order by md5(report_id::text)) as n from report
                      where outcome = 'new'";
        let renamed = sqlx::query(AssertSqlSafe(format!(
            "update report r set tracking_code = ({FIRST_CODE} - 1 + s.n)::text
             from ({spread}) s where s.report_id = r.report_id and s.n <= $1"
        )))
        .bind(options.count)
        .execute(&mut *connection)
        .await
        .unwrap();
        assert_eq!(
            i64::try_from(renamed.rows_affected()).unwrap(),
            options.count,
            "too few reports up to {last}"
        );
        sqlx::query("vacuum (analyze)").execute(&mut *connection).await.unwrap();
        let query = format!(
            "select r.tracking_code from report r join ({spread}) s using (report_id) where s.n between $1 + 1 and $1 * 2"
        );
        sqlx::query_scalar(AssertSqlSafe(query)).bind(options.count).fetch_all(connection).await.unwrap()
    });
    assert_eq!(i64::try_from(codes.len()).unwrap(), options.count, "too few reports");
    std::fs::write(&options.codes, codes.join("\n")).unwrap();
}
