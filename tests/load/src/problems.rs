//! Problems that no judge can take for one another: a grid for each family, wider than the family's radius.

use jiekou_core::place::Wgs84;
use jiekou_core::rulebook::{Rulebook, RulebookData};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// What phones usually state, in metres. Two such errors together widen a radius by 7 m.
const ACCURACY: f64 = 5.0;
const WIDENED: f64 = 10.0;
/// Families of a wider radius than this would fill the district after a few thousand problems.
const WIDEST: f64 = 60.0;
const ROADS: [&str; 8] = ["大学路", "航海路", "嵩山路", "淮河路", "兴华街", "长江路", "京广路", "政通路"];
const THINGS: [&str; 8] = [
    "人行道边的设施歪了很久没有人管",
    "门口堆着几包东西挡住了半条路",
    "绿化带里缺了一大片草皮和树苗",
    "路边的牌子松动了风一吹就响",
    "围栏断了一截铁皮翘在外面",
    "墙面上贴满了小广告清理后又有",
    "石墩被撞倒横在非机动车道上",
    "箱体的门开着里面积了很多灰",
];
const WISHES: [&str; 4] = [
    "每天上下班都要绕着走，请尽快派人来看看。",
    "老人和孩子路过很不方便，希望早点处理好。",
    "已经有半个月了，麻烦通知负责的单位处理。",
    "晚上看不清楚容易绊到，请安排人过来整治。",
];

/// One problem, as it is told once.
#[derive(Debug, Clone)]
pub struct Problem {
    pub category: String,
    pub description: String,
    pub address: String,
    pub point: Wgs84,
}

/// A stock of distinct problems in the order they are reported.
pub struct Problems {
    categories: Vec<String>,
    /// South-west corner of the district.
    origin: Wgs84,
    /// Category, and metres east and north of the corner.
    stock: Vec<(u16, f32, f32)>,
    next: usize,
}

impl Problems {
    /// All problems the district has room for, shuffled the same way each time; the first `skip` are left out.
    pub fn new(data: RulebookData, skip: usize) -> Self {
        let rulebook = Rulebook::new(data);
        let corners = rulebook.data().towns.iter().filter_map(|town| town.geometry.bounds());
        let bounds = corners.reduce(|mut all, one| {
            all.west = all.west.min(one.west);
            all.south = all.south.min(one.south);
            all.east = all.east.max(one.east);
            all.north = all.north.max(one.north);
            all
        });
        let bounds = bounds.unwrap();
        let origin = Wgs84::new(bounds.west, bounds.south).unwrap();
        let east = origin.distance_meters(Wgs84::new(bounds.east, bounds.south).unwrap());
        let north = origin.distance_meters(Wgs84::new(bounds.west, bounds.north).unwrap());
        let mut stock = Vec::new();
        for family in rulebook.data().families.iter().filter(|family| family.radius_meters <= WIDEST) {
            let step = family.radius_meters + WIDENED;
            let categories: Vec<u16> = (0_u16..)
                .zip(&rulebook.data().categories)
                .filter(|(_, category)| category.family == family.slug)
                .map(|(position, _)| position)
                .collect();
            if categories.is_empty() {
                continue;
            }
            for row in 0..(north / step) as usize {
                for column in 0..(east / step) as usize {
                    let (x, y) = ((column as f64 + 0.5) * step, (row as f64 + 0.5) * step);
                    if rulebook.segment_at(origin.offset_meters(x, y)).is_some() {
                        stock.push((categories[(row + column) % categories.len()], x as f32, y as f32));
                    }
                }
            }
        }
        stock.shuffle(&mut StdRng::seed_from_u64(7));
        eprintln!("{} distinct problems in stock, {skip} of them used before", stock.len());
        let categories = rulebook.data().categories.iter().map(|category| category.slug.clone()).collect();
        Self { categories, origin, stock, next: skip }
    }

    /// The number of the next problem.
    pub fn position(&self) -> usize {
        self.next
    }

    /// The next problem; `None` once each was reported.
    pub fn next_problem(&mut self) -> Option<Problem> {
        let &(category, x, y) = self.stock.get(self.next)?;
        let n = self.next;
        self.next += 1;
        let (road, crossing) = (ROADS[n % 8], ROADS[(n / 8 + 1) % 8]);
        Some(Problem {
            category: self.categories[usize::from(category)].clone(),
            description: format!("{road}{}号附近{}，{}", n % 997 + 1, THINGS[n / 3 % 8], WISHES[n / 7 % 4]),
            address: format!("{road}与{crossing}交叉口向东{}米", n % 490 + 10),
            point: self.origin.offset_meters(f64::from(x), f64::from(y)),
        })
    }

    /// The next problem as the body of a report; `None` once each was reported.
    pub fn write_next(&mut self, body: &mut Vec<u8>) -> Option<()> {
        use std::io::Write;

        let Problem { category, description, address, point } = self.next_problem()?;
        write!(
            body,
            "{{\"category\":\"{category}\",\"description\":\"{description}\",\"location\":{{\"longitude\":{:.7},\
             \"latitude\":{:.7},\"coordinateSystem\":\"WGS-84\",\"accuracyMeters\":{ACCURACY:.1},\
             \"address\":\"{address}\"}}}}",
            point.longitude(),
            point.latitude(),
        )
        .unwrap();
        Some(())
    }
}
