//! What cases count, and that roll-ups are the sum of it.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta, Utc};
    use jiekou_core::case::{ClockKind, Move, State};
    use jiekou_core::period::Cycle;
    use jiekou_core::report::Satisfaction;
    use jiekou_core::statistics::{
        Answer, CaseHistory, Counted, Dimension, Figures, Filed, Line, Place, Rate, RollUpKey, StoredClock,
        changes, tally,
    };
    use proptest::prelude::*;

    /// Noon of a day of November 2026 in Beijing.
    fn day(day: u32) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T12:00:00+08:00")).unwrap().to_utc()
    }

    fn line(at: u32, act: Move, to: State) -> Line {
        Line { at: day(at), act: act.name().to_owned(), entered: Some(to), unit: None }
    }

    fn to_unit(at: u32, unit: &str) -> Line {
        Line { unit: Some(unit.to_owned()), ..line(at, Move::Dispatch, State::Dispatched) }
    }

    fn clock(kind: ClockKind, due: u32, ended: Option<(u32, Move)>) -> StoredClock {
        StoredClock {
            kind,
            due_at: day(due),
            ended_at: ended.map(|(at, _)| day(at)),
            ended_by: ended.map(|(_, by)| by.name().to_owned()),
            paused: false,
            exempted: false,
            overdue: false,
        }
    }

    /// Reported by a citizen on the first, and nothing else.
    fn received() -> CaseHistory {
        let first =
            Line { at: day(1), act: "received".to_owned(), entered: Some(State::Received), unit: None };
        CaseHistory {
            place: Place {
                center: "410103001".to_owned(),
                segment: Some("410103001007".to_owned()),
                category: "road-damage".to_owned(),
                ..Place::default()
            },
            state: State::Received,
            urgent: false,
            enforced: false,
            opened_at: day(1),
            lines: vec![first],
            clocks: vec![clock(ClockKind::Accept, 2, None)],
            reports: vec![Filed { received_at: day(1), by_public: true, by_media: false, is_part: false }],
            answers: Vec::new(),
            recurrence: None,
        }
    }

    /// Accepted on the 1st, opened on the 2nd, dispatched to `bureau` on the 3rd with a deadline on the 7th.
    fn dispatched() -> CaseHistory {
        let mut case = received();
        case.lines.extend([
            line(1, Move::Accept, State::Accepted),
            line(2, Move::Open, State::Opened),
            to_unit(3, "bureau"),
        ]);
        case.clocks = vec![
            clock(ClockKind::Accept, 2, Some((1, Move::Accept))),
            clock(ClockKind::PreVerify, 2, Some((2, Move::Open))),
            clock(ClockKind::Dispatch, 3, Some((3, Move::Dispatch))),
            clock(ClockKind::Handle, 7, None),
        ];
        case.state = State::Dispatched;
        case.place.unit = Some("bureau".to_owned());
        case
    }

    /// The same, handled on `handled` and closed two days later.
    fn closed(handled: u32) -> CaseHistory {
        let mut case = dispatched();
        case.lines.extend([
            line(4, Move::Sign, State::Signed),
            line(handled, Move::Handle, State::Handled),
            line(handled + 1, Move::Inspect, State::Inspecting),
            line(handled + 2, Move::Pass, State::Closed),
        ]);
        case.clocks[3] = clock(ClockKind::Handle, 7, Some((handled, Move::Handle)));
        case.clocks.push(clock(ClockKind::Inspect, handled + 2, Some((handled + 2, Move::Pass))));
        case.state = State::Closed;
        case
    }

    fn total(case: &CaseHistory) -> Figures {
        tally(case).into_iter().fold(Figures::default(), |mut sum, tally| {
            sum += tally.figures;
            sum
        })
    }

    fn on(case: &CaseHistory, at: u32) -> Figures {
        let of_day = tally(case).into_iter().filter(|tally| tally.day == day(at).date_naive());
        of_day.fold(Figures::default(), |mut sum, tally| {
            sum += tally.figures;
            sum
        })
    }

    #[test]
    fn each_step_counts_on_its_own_day() {
        let case = closed(6);
        let none = Figures::default();
        assert_eq!(
            on(&case, 1),
            Figures { reports: 1, received: 1, public_only: 1, accepted: 1, accepted_on_time: 1, ..none }
        );
        assert_eq!(on(&case, 2), Figures { valid: 1, ..none });
        assert_eq!(on(&case, 3), Figures { dispatched: 1, dispatched_on_time: 1, ..none });
        assert_eq!(on(&case, 4), none);
        assert_eq!(on(&case, 6), Figures { handled: 1, ..none });
        assert_eq!(on(&case, 7), Figures { due: 1, due_closed: 1, due_on_time: 1, ..none });
        assert_eq!(on(&case, 8), Figures { closed: 1, inspected: 1, inspected_on_time: 1, ..none });
    }

    #[test]
    fn a_case_is_due_on_the_day_of_its_deadline_and_on_time_only_when_handled_by_then() {
        let parts = |case: &CaseHistory| {
            let it = total(case);
            (it.due, it.due_closed, it.due_on_time, it.overdue, it.exempted, it.breaches)
        };
        assert_eq!(parts(&received()), (0, 0, 0, 0, 0, 0), "nobody has to handle it yet");
        assert_eq!(parts(&dispatched()), (1, 0, 0, 0, 0, 0));
        let mut late = dispatched();
        late.clocks[3].overdue = true;
        assert_eq!(parts(&late), (1, 0, 0, 1, 0, 1), "the breach was raised");
        assert_eq!(parts(&closed(7)), (1, 1, 1, 0, 0, 0), "the last instant is on time");
        assert_eq!(parts(&closed(8)), (1, 1, 0, 1, 0, 1), "closed, but late");
        let mut exempted = closed(8);
        exempted.clocks[3].exempted = true;
        assert_eq!(parts(&exempted), (1, 1, 1, 0, 1, 0), "an appeal that was allowed counts as on time");
        let mut suspended = dispatched();
        (suspended.state, suspended.clocks[3].paused) = (State::Suspended, true);
        assert_eq!(parts(&suspended), (0, 0, 0, 0, 0, 0), "缓办 is not due");
        let mut forced = dispatched();
        forced.lines.push(line(5, Move::ForceClose, State::ForceClosed));
        forced.clocks[3] = clock(ClockKind::Handle, 7, Some((5, Move::ForceClose)));
        forced.state = State::ForceClosed;
        assert_eq!(parts(&forced), (1, 1, 1, 0, 0, 0));
        assert_eq!((total(&forced).closed, total(&forced).force_closed), (1, 1));
    }

    #[test]
    fn of_several_limits_the_soonest_is_the_deadline() {
        let mut case = closed(6);
        case.clocks.push(clock(ClockKind::Handle, 5, Some((6, Move::Handle))));
        assert_eq!(on(&case, 5).due, 1);
        assert_eq!((total(&case).due, total(&case).due_on_time, total(&case).overdue), (1, 0, 1));
    }

    #[test]
    fn urgent_cases_are_counted_beside_the_others() {
        let urgent = CaseHistory { urgent: true, ..closed(6) };
        let it = total(&urgent);
        assert_eq!((it.due, it.urgent_due, it.urgent_closed, it.urgent_on_time), (1, 1, 1, 1));
    }

    #[test]
    fn what_enforcement_settles_is_counted_and_how_well() {
        let enforced = CaseHistory { enforced: true, ..closed(6) };
        assert_eq!((total(&enforced).enforced, total(&enforced).enforced_soundly), (1, 1));
        let mut again = enforced.clone();
        again.lines.push(line(9, Move::Reopen, State::Reopened));
        again.lines.push(line(10, Move::Pass, State::Closed));
        assert_eq!((total(&again).enforced, total(&again).enforced_soundly), (1, 0));
        assert_eq!(Rate::Enforcement.of(&total(&enforced)), Some(1.0));
        assert_eq!(total(&closed(6)).enforced, 0);
    }

    #[test]
    fn rework_counts_for_the_unit_and_its_new_deadline_is_the_one_that_counts() {
        let mut case = closed(6);
        let failed = line(8, Move::Fail, State::Rework);
        let at = case.lines.len() - 1;
        case.lines[at] = failed;
        case.lines.extend([line(10, Move::Handle, State::Handled), line(11, Move::Pass, State::Closed)]);
        case.clocks.push(clock(ClockKind::Handle, 12, Some((10, Move::Handle))));
        assert_eq!((on(&case, 7).due, on(&case, 12).due, total(&case).due), (0, 1, 1));
        assert_eq!((total(&case).reworked, total(&case).handled, total(&case).closed), (1, 1, 1));
        let of_bureau = tally(&case).into_iter().filter(|it| it.unit.as_deref() == Some("bureau"));
        assert_eq!(of_bureau.map(|it| it.figures.reworked).sum::<i64>(), 1);
    }

    #[test]
    fn what_is_given_back_counts_for_who_gave_it_back_and_the_rest_for_who_has_it() {
        let mut case = dispatched();
        case.lines.extend([line(4, Move::Return, State::Returned), to_unit(5, "police")]);
        case.place.unit = Some("police".to_owned());
        let of = |unit: &str| {
            let tallies = tally(&case).into_iter().filter(|it| it.unit.as_deref() == Some(unit));
            tallies.fold(Figures::default(), |mut sum, it| {
                sum += it.figures;
                sum
            })
        };
        assert_eq!((of("bureau").returned, of("bureau").received), (1, 0));
        assert_eq!((of("police").returned, of("police").received, of("police").dispatched), (0, 1, 1));
    }

    #[test]
    fn a_reopened_case_is_handled_and_closed_no_longer() {
        let mut case = closed(6);
        case.lines.push(line(9, Move::Reopen, State::Reopened));
        case.state = State::Reopened;
        let it = total(&case);
        assert_eq!((it.handled, it.closed, it.reopened), (0, 0, 1));
        assert_eq!((it.due, it.due_closed, it.due_on_time), (1, 0, 0));
    }

    #[test]
    fn an_appeal_does_not_close_a_case_once_more() {
        let mut case = closed(6);
        case.lines.push(Line { entered: None, ..line(20, Move::AppealTimeout, State::Closed) });
        assert_eq!((on(&case, 8).closed, on(&case, 20).closed), (1, 0));
    }

    #[test]
    fn a_duplicate_counts_as_one_and_its_reports_where_they_are_now() {
        let merged = CaseHistory { state: State::Merged, reports: Vec::new(), ..dispatched() };
        assert_eq!(total(&merged), Figures { merged: 1, ..Figures::default() });
        let mut holder = received();
        holder.reports.push(Filed { received_at: day(2), by_public: false, by_media: false, is_part: false });
        let it = total(&holder);
        assert_eq!((it.reports, it.received, it.public_only), (2, 1, 0), "a collector has reported it too");
    }

    #[test]
    fn what_media_publish_counts_each_time_and_its_case_once() {
        let published =
            |at, is_part| Filed { received_at: day(at), by_public: false, by_media: true, is_part };
        let mut case = received();
        case.reports.extend([published(5, false), published(3, false)]);
        assert_eq!((on(&case, 3).exposed, on(&case, 3).exposures), (1, 1), "on the day of the first");
        assert_eq!((on(&case, 5).exposed, on(&case, 5).exposures), (0, 1));
        assert_eq!(total(&case).public_only, 0, "not only citizens found it");
        let part = CaseHistory { reports: vec![published(3, true)], ..received() };
        assert_eq!((total(&part).exposed, total(&part).exposures), (1, 0), "published once, two problems");
        for state in [State::Rejected, State::Voided, State::Merged] {
            let it = total(&CaseHistory { state, ..case.clone() });
            assert_eq!((it.exposed, it.exposures), (0, 0), "{state:?}");
        }
        assert_eq!(total(&received()).exposed, 0, "a citizen's report is no exposure");
    }

    #[test]
    fn a_part_of_a_report_is_a_case_and_no_further_report() {
        let mut part = received();
        part.reports.iter_mut().for_each(|report| report.is_part = true);
        let it = total(&part);
        assert_eq!((it.reports, it.received, it.public_only), (0, 1, 1));
    }

    #[test]
    fn what_was_rejected_or_void_is_neither_valid_nor_due() {
        let mut voided = received();
        voided.lines.extend([
            line(1, Move::Accept, State::Accepted),
            line(2, Move::PreVerify, State::PreVerifying),
            line(3, Move::Void, State::Voided),
        ]);
        voided.clocks = vec![clock(ClockKind::PreVerify, 2, Some((3, Move::Void)))];
        voided.state = State::Voided;
        let it = total(&voided);
        assert_eq!((it.received, it.voided, it.valid, it.due), (1, 1, 0, 0));
        assert_eq!((it.verified, it.verified_on_time, it.breaches), (1, 0, 1));
    }

    #[test]
    fn what_comes_back_and_what_reporters_say_is_counted() {
        let mut case = closed(6);
        case.recurrence = Some(true);
        let answer = |at, solved, satisfaction| Answer { at: day(at), solved, satisfaction };
        case.answers = vec![
            answer(9, true, Some(Satisfaction::VerySatisfied)),
            answer(10, false, Some(Satisfaction::Understanding)),
            answer(11, true, None),
        ];
        let it = total(&case);
        assert_eq!((it.recurred, it.hot_spots, it.answered, it.solved), (1, 1, 3, 2));
        assert_eq!((it.rated, it.satisfied, Rate::Satisfied.of(&it)), (2, 1, Some(0.5)));
    }

    #[test]
    fn every_figure_and_rate_is_told_in_the_page_on_statistics() {
        let page = include_str!("../../../docs/statistics.md");
        let all = serde_json::to_value(Figures::from_values(&[1; Figures::COLUMNS.len()])).unwrap();
        let names = all.as_object().unwrap().keys().map(String::as_str);
        for name in names.chain(Rate::ALL.map(Rate::name)) {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
    }

    fn histories() -> impl Strategy<Value = CaseHistory> {
        let any = prop::sample::select(vec![received(), dispatched(), closed(6), closed(8), {
            CaseHistory { state: State::Merged, reports: Vec::new(), ..dispatched() }
        }]);
        (any, 0_i64..60, 0_usize..3, 0_usize..2).prop_map(|(case, days, unit, center)| {
            let later = |at: DateTime<Utc>| at + TimeDelta::days(days);
            let mut case = CaseHistory { opened_at: later(case.opened_at), ..case };
            case.lines.iter_mut().for_each(|line| line.at = later(line.at));
            case.reports.iter_mut().for_each(|report| report.received_at = later(report.received_at));
            for clock in &mut case.clocks {
                (clock.due_at, clock.ended_at) = (later(clock.due_at), clock.ended_at.map(later));
            }
            case.place.unit = [None, Some("bureau"), Some("police")][unit].map(str::to_owned);
            case.place.center = ["410103001", "410103002"][center].to_owned();
            case
        })
    }

    proptest! {
        #[test]
        fn roll_ups_are_the_sum_of_what_cases_count_whatever_they_counted_before(
            steps in prop::collection::vec((0_usize..4, histories()), 1..24),
        ) {
            let mut known: BTreeMap<usize, Counted> = BTreeMap::new();
            let mut rolled: BTreeMap<RollUpKey, Figures> = BTreeMap::new();
            for (case, history) in steps {
                let counted = Counted { tallies: tally(&history), place: history.place };
                changes(known.get(&case), Some(&counted), &mut rolled);
                known.insert(case, counted);
            }
            rolled.retain(|_, figures| !figures.is_zero());
            let mut anew = BTreeMap::new();
            for counted in known.values() {
                changes(None, Some(counted), &mut anew);
            }
            anew.retain(|_, figures| !figures.is_zero());
            prop_assert_eq!(&rolled, &anew);
            let sum = |cycle: Cycle, dimension: Dimension| {
                let rows = rolled.iter().filter(|(key, _)| key.cycle == cycle && key.dimension == dimension);
                rows.fold(Figures::default(), |mut sum, (_, figures)| { sum += *figures; sum })
            };
            for dimension in [Dimension::Town, Dimension::Category, Dimension::Segment] {
                prop_assert_eq!(sum(Cycle::Day, dimension), sum(Cycle::Month, dimension));
                prop_assert_eq!(sum(Cycle::Day, dimension), sum(Cycle::Day, Dimension::Town));
            }
        }
    }
}
