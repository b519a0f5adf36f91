//! The statement behind a list. Whatever leads to cases (a center, a segment, a unit, a person) is a source of its own,
//! read through an index in the order of the list and no further than a page; then the sources are merged. So a page
//! costs what it shows, however many cases there are.

use jiekou_core::case::State;
use jiekou_core::staff::{Grant, Level};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{Asker, Filter, Scope, Sort};

/// What a line needs of its case. `due` is what lists are sorted by: a clock that stands still has all the time there is.
const COLUMNS: &str = "c.case_id, coalesce(c.due_at, 'infinity'::timestamptz) as due, c.case_number, c.state,
    c.category, c.urgency, c.alarmed, c.place_unknown, c.center_code, c.segment_code, c.report_count, c.urge_count,
    c.opened_at, c.due_at, c.due_kind, c.unit_code, c.post_code, c.assignee, c.person_id, c.raised,
    c.progress ->> 'supervisedAt' is not null as supervised";

/// `core::staff::standings` for one case: whether the grant `g` reaches the case `c`.
const REACHES: &str = "case g.level when 'town' then c.center_code = g.area
        when 'community' then c.community_code = g.area when 'segment' then c.segment_code = g.area
        when 'grid' then g.area in (c.grid_code, c.segment_code) else starts_with(c.center_code, g.area) end
    and (g.unit is null or c.unit_code = g.unit or exists (
        select from case_part p where p.case_id = c.case_id and p.unit_code = g.unit and p.ended_at is null))";

/// The centers that have cases below a city or district, each found through the index: no register has to be right.
const BELOW: &str = "::text[]) area
    union all
    select b.area, n.code from below b cross join lateral (
        select min(center_code) as code from cases where center_code > b.code) n
    where starts_with(n.code, b.area)), ";

/// The statement for `filter`; `None` when there is nothing to look for.
pub(super) fn of(filter: &Filter<'_>) -> Option<QueryBuilder<Postgres>> {
    if filter.states.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    let mut list = List { filter, query: QueryBuilder::new("with recursive "), sources: 0 };
    list.name_centers_below();
    list.query.push("found as (");
    list.lead_to_cases();
    list.query.push(") ");
    list.take_a_page();
    (list.sources > 0).then_some(list.query)
}

struct List<'a> {
    filter: &'a Filter<'a>,
    query: QueryBuilder<Postgres>,
    sources: usize,
}

impl List<'_> {
    fn lead_to_cases(&mut self) {
        let Filter { scope, stands_in_for, segment, possibly_same, hot_spot, raised, .. } = *self.filter;
        match (scope, segment) {
            (Scope::Unit, _) => self.units(),
            (Scope::Mine(person), _) if stands_in_for.is_empty() => self.few(|query| {
                query.push("c.person_id = ").push_bind(person);
            }),
            (Scope::Mine(person), _) => self.few(|query| {
                let all: Vec<Uuid> = stands_in_for.iter().copied().chain([person]).collect();
                query.push("c.person_id = any (").push_bind(all).push(")");
            }),
            (Scope::All, Some(segment)) => self.few(|query| {
                query.push("c.segment_code = ").push_bind(segment);
            }),
            (Scope::All, None) if possibly_same => self.few(|query| {
                query.push("c.case_id in (select case_id from suggestion where decision is null)");
            }),
            (Scope::All, None) if hot_spot => self.few(|query| {
                query.push("c.case_id in (select case_id from case_recurrence where hot_spot)");
            }),
            (Scope::All, None) if raised => self.few(|query| {
                query.push("c.raised");
            }),
            (Scope::All, None) => self.areas(),
        }
    }

    /// All that the grants reach.
    fn areas(&mut self) {
        self.centers();
        let openness = self.by_openness();
        let communities = self.own_areas(|level| level == Level::Community);
        self.keyed("community_code", communities, &openness, false);
        // Where there are no grids, whoever works one has a segment.
        let segments = self.own_areas(|level| matches!(level, Level::Segment | Level::Grid));
        self.keyed("segment_code", segments, &openness, false);
        let grids = self.own_areas(|level| level == Level::Grid);
        self.keyed("grid_code", grids, &openness, false);
        self.units();
    }

    /// What the centers of the grants answer for.
    fn centers(&mut self) {
        let states = self.by_state();
        if let Some(center) = self.filter.center {
            let reached = |grant: &Grant| match grant.level {
                Level::City | Level::District => center.starts_with(&grant.area),
                Level::Town => center == grant.area,
                Level::Community | Level::Segment | Level::Grid => false,
            };
            if self.filter.grants.iter().any(|grant| grant.unit.is_none() && reached(grant)) {
                self.keyed("center_code", vec![center.to_owned()], &states, false);
            }
            return;
        }
        let towns = self.own_areas(|level| level == Level::Town);
        self.keyed("center_code", towns, &states, false);
        if !self.prefixes().is_empty() {
            self.begin_source();
            self.query.push(
                "(select l.* from (select distinct code from below where starts_with(code, area)) k cross join lateral ",
            );
            self.in_parts(&states, "c.center_code = k.code", None, false);
            self.query.push(" l)");
        }
    }

    /// What the units of the grants lead, help with and were called to.
    fn units(&mut self) {
        let units = sorted(self.filter.grants.iter().filter_map(|grant| grant.unit.clone()));
        if units.is_empty() {
            return;
        }
        let states = self.by_state();
        self.keyed("unit_code", units.clone(), &states, true);
        self.few(|query| {
            query
                .push("c.case_id in (select case_id from case_part where ended_at is null and unit_code = any (")
                .push_bind(&units)
                .push("))");
        });
    }

    fn prefixes(&self) -> Vec<String> {
        self.own_areas(|level| matches!(level, Level::City | Level::District))
    }

    /// Areas of the grants that are held for no unit.
    fn own_areas(&self, is_meant: impl Fn(Level) -> bool) -> Vec<String> {
        let own = self.filter.grants.iter().filter(|grant| grant.unit.is_none() && is_meant(grant.level));
        sorted(own.map(|grant| grant.area.clone()))
    }

    fn name_centers_below(&mut self) {
        let Filter { scope, center, .. } = self.filter;
        let prefixes = self.prefixes();
        if *scope == Scope::All && center.is_none() && !prefixes.is_empty() {
            self.query
                .push("below (area, code) as (select area, (select min(center_code) from cases where center_code >= area) from unnest(")
                .push_bind(prefixes)
                .push(BELOW);
        }
    }

    /// Conditions that cut a key's cases into parts which the index on key and state has in the order of the list.
    fn by_state(&self) -> Vec<String> {
        match &self.filter.states {
            Some(states) => states.iter().map(|state| format!("c.state = '{}'", state.name())).collect(),
            None => vec!["true".to_owned()],
        }
    }

    /// The same for an index on key and openness. Of the open cases of one place there are few.
    fn by_openness(&self) -> Vec<String> {
        let part = |open: bool| {
            let condition = if open { "c.takes_reports" } else { "not c.takes_reports" };
            match &self.filter.states {
                None => Some(condition.to_owned()),
                Some(states) => {
                    let wanted: Vec<State> =
                        states.iter().copied().filter(|state| state.takes_reports() == open).collect();
                    (!wanted.is_empty()).then(|| format!("{condition} and {}", is_one_of(&wanted)))
                }
            }
        };
        [true, false].into_iter().filter_map(part).collect()
    }

    /// A source: the cases whose `column` is one of `keys`, in `parts`.
    fn keyed(&mut self, column: &str, mut keys: Vec<String>, parts: &[String], is_checked: bool) {
        // A single key is compared with directly: then a plan for any key is as good as one for this key.
        if keys.len() > 1 {
            self.begin_source();
            self.query
                .push("(select l.* from unnest(")
                .push_bind(keys)
                .push("::text[]) k (code) cross join lateral ");
            self.in_parts(parts, &format!("c.{column} = k.code"), None, is_checked);
            self.query.push(" l)");
        } else if let Some(key) = keys.pop() {
            self.begin_source();
            self.in_parts(parts, &format!("c.{column} = "), Some(&key), is_checked);
        }
    }

    /// The first cases of a key, merged lazily from parts that are in order each.
    fn in_parts(&mut self, parts: &[String], condition: &str, key: Option<&str>, is_checked: bool) {
        self.query.push("(select * from (");
        for (position, part) in parts.iter().enumerate() {
            let union = if position > 0 { " union all " } else { "" };
            self.query.push(format!("{union}(select {COLUMNS} from cases c where {condition}"));
            if let Some(key) = key {
                self.query.push_bind(key);
            }
            self.query.push(format!(" and {part}"));
            self.narrow(is_checked);
            self.end();
        }
        self.query.push(") part");
        self.end();
    }

    /// A source: the cases that fulfil a condition which few do.
    fn few(&mut self, condition: impl Fn(&mut QueryBuilder<Postgres>)) {
        self.begin_source();
        self.query.push(format!("(select {COLUMNS} from cases c where "));
        condition(&mut self.query);
        if let Some(states) = &self.filter.states {
            self.query.push(format!(" and {}", is_one_of(states)));
        }
        self.narrow(true);
        self.end();
    }

    fn begin_source(&mut self) {
        if self.sources > 0 {
            self.query.push(" union all ");
        }
        self.sources += 1;
    }

    /// No source has more to say than a page.
    fn end(&mut self) {
        let (order, limit) = (self.order(), self.filter.limit);
        self.query.push(format!(" order by {order} limit {limit})"));
    }

    /// What every case of a source must fulfil. `is_checked`: that it is reached does not follow from the source alone.
    fn narrow(&mut self, is_checked: bool) {
        let Filter { grants, center, segment, overdue_at, raised, possibly_same, hot_spot, after, .. } =
            self.filter;
        let query = &mut self.query;
        if let Some(center) = center {
            query.push(" and c.center_code = ").push_bind(center);
        }
        if let Some(segment) = segment {
            query.push(" and c.segment_code = ").push_bind(segment);
        }
        if let Some(overdue_at) = overdue_at {
            query.push(" and coalesce(c.due_at, 'infinity'::timestamptz) < ").push_bind(overdue_at);
        }
        if *raised {
            query.push(" and c.raised");
        }
        if *possibly_same {
            query.push(
                " and c.takes_reports and exists (
                    select from suggestion s where s.case_id = c.case_id and s.decision is null)
                  and exists (select from suggestions_of(c.case_id) s where s.waits_here)",
            );
        }
        if *hot_spot {
            query.push(
                " and exists (select from case_recurrence r where r.case_id = c.case_id and r.hot_spot)",
            );
        }
        match (after, self.filter.sort) {
            (None, _) => {}
            (Some(after), Sort::Newest) => {
                query.push(" and c.case_id < ").push_bind(after.case_id);
            }
            (Some(after), Sort::TimeLeft) => {
                query
                    .push(" and (coalesce(c.due_at, 'infinity'::timestamptz), c.case_id) > (coalesce(")
                    .push_bind(after.due_at)
                    .push(", 'infinity'::timestamptz), ")
                    .push_bind(after.case_id)
                    .push(")");
            }
        }
        if is_checked {
            let levels: Vec<&str> = grants.iter().map(|grant| grant.level.name()).collect();
            let areas: Vec<&str> = grants.iter().map(|grant| grant.area.as_str()).collect();
            let units: Vec<Option<&str>> = grants.iter().map(|grant| grant.unit.as_deref()).collect();
            query
                .push(" and exists (select from unnest(")
                .push_bind(levels)
                .push("::text[], ")
                .push_bind(areas);
            query.push("::text[], ").push_bind(units).push("::text[]) g (level, area, unit) where ");
            query.push(REACHES).push(")");
        }
    }

    fn order(&self) -> &'static str {
        match self.filter.sort {
            Sort::Newest => "case_id desc",
            Sort::TimeLeft => "due, case_id",
        }
    }

    /// The page; a case to which several sources lead is on it once.
    fn take_a_page(&mut self) {
        let (order, limit) = (self.order(), self.filter.limit);
        let once = match self.filter.sort {
            _ if self.sources < 2 => "",
            Sort::Newest => "distinct on (case_id)",
            Sort::TimeLeft => "distinct on (due, case_id)",
        };
        self.query.push(format!(
            "select page.*, s.display_name as person, r.times_here, coalesce(r.hot_spot, false) as hot_spot, stands_in
             from (select {once} * from found order by {order} limit {limit}) page
             cross join (select exists (select from deputy where staff_id = "
        ));
        let Asker { staff_id, now } = self.filter.asker;
        self.query.push_bind(staff_id).push(" and from_at <= ").push_bind(now);
        self.query.push(" and until_at > ").push_bind(now);
        self.query.push(format!(
            ") as stands_in) d
             left join case_recurrence r using (case_id) left join staff_account s on s.staff_id = page.person_id
             order by {order}"
        ));
    }
}

fn is_one_of(states: &[State]) -> String {
    let names: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
    format!("c.state in ({})", names.join(", "))
}

fn sorted(codes: impl Iterator<Item = String>) -> Vec<String> {
    let mut codes: Vec<String> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
