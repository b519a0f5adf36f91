//! Every problem that a plan names has a citizen word, a code, and in every rulebook a route.
use crate::folder::{PLANS, in_town, rules};
use jiekou_core::category::codes::{Known, look_up};
use jiekou_core::category::{kind_of, suggest};
use jiekou_core::routing::{Problem, responsible};

/// What a resident may write, the citizen category, the kind.
const WORDS: &[(&str, &str, &str)] = &[
    // 二七区 2018
    ("路边垃圾杂物没人清", "household-waste", "bulky-waste"),
    ("有人随地吐痰", "uncivil-conduct", "spitting"),
    ("店家往路上乱倒污水", "dirty-road", "sewage-dumping"),
    ("地面有污垢和油渍", "dirty-road", "dust-oil"),
    ("墙上乱张贴小广告", "small-ads", "small-ads"),
    ("墙体被乱涂写", "small-ads", "graffiti"),
    ("卫生设施破损，果皮箱坏了", "household-waste", "bin-broken"),
    ("人行道护栏脏", "dirty-road", "dirty-guardrail"),
    ("机动车乱停乱放", "vehicle-parking", "vehicle-parking"),
    ("电动车乱停放", "bike-parking", "bike-parking"),
    ("共享单车乱停", "bike-parking", "shared-bikes"),
    ("路口乱摆摊设点", "street-vendor", "street-vendor"),
    ("商户乱扯乱挂", "facade", "wild-hanging"),
    ("店前乱堆乱放物料", "household-waste", "piled-materials"),
    ("绿化带缺株死树", "greening", "dead-tree"),
    ("门头牌匾破损", "signboard", "shop-sign"),
    ("夜景照明黑灯少字", "street-light", "night-lighting"),
    ("城市家具锈蚀", "public-facility", "street-furniture"),
    ("露天烧烤", "barbecue", "barbecue"),
    ("饭店油烟直排", "cooking-fumes", "cooking-fumes"),
    ("门前三包不落实", "frontage-duty", "frontage-duty"),
    ("下雪后路面积雪没人清", "water-logging", "snow-ice"),
    // XX区 2020
    ("流动摊点占路，摆摊", "street-vendor", "street-vendor"),
    ("饭店出店经营", "shop-outside", "shop-outside"),
    ("空调外机挂得太低", "facade", "air-conditioner"),
    ("楼顶违章搭建", "illegal-building", "illegal-building"),
    ("屋顶脏，影响天际线，加盖棚子", "illegal-building", "roof-clutter"),
    ("井盖移位了", "manhole", "manhole"),
    ("电线杆上有非法小广告", "small-ads", "small-ads"),
    // 登封市 2020
    ("人行道地砖松动", "road-damage", "sidewalk-damage"),
    ("盲道被占，无障碍缘石坡没有", "road-damage", "blind-path"),
    ("侧石破损", "road-damage", "kerb-damage"),
    ("通信箱体挡路，交接箱破损", "cable", "street-box"),
    ("热力井盖响", "manhole", "manhole-heat"),
    ("线缆垂落", "cable", "hanging-line"),
    ("下水道堵塞冒水", "water-logging", "drain-blocked"),
    ("工地围挡破损", "construction-dust", "site-hoarding"),
    ("楼下住改商", "illegal-building", "housing-conversion"),
    ("过期临时建筑不拆", "illegal-building", "overdue-building"),
    ("非机动车道隔离桩松动", "road-damage", "isolation-post"),
    ("有人装地锁", "road-damage", "ground-lock"),
    ("占道经营", "shop-outside", "road-trading"),
    ("马路市场", "street-vendor", "street-market"),
    ("七类车上路", "traffic-offence", "seven-vehicles"),
    ("行人闯红灯翻越护栏", "traffic-offence", "jaywalking"),
    ("拦车散发广告", "traffic-offence", "car-canvassing"),
    ("路口拦车乞讨", "traffic-offence", "begging"),
    ("机动车不礼让斑马线", "traffic-offence", "driving-offence"),
    ("套牌车", "traffic-offence", "driving-offence"),
    ("渣土车密闭不严", "rubble", "rubble-uncovered"),
    ("渣土车带泥上路", "rubble", "rubble-mud"),
    ("渣土车沿途遗撒", "rubble", "rubble-spill"),
    ("渣土随意倾倒", "rubble", "rubble-dumping"),
    ("渣土车未经核准运输", "rubble", "rubble-permit"),
    ("渣土车遮挡号牌", "rubble", "rubble-plate"),
    ("渣土车闯红灯", "rubble", "rubble-red-light"),
    ("渣土车超速", "rubble", "rubble-speeding"),
    ("停车场乱收费", "vehicle-parking", "car-park"),
    ("车站黑车非法营运", "traffic-offence", "illegal-transport"),
    ("出租车拒载甩客", "traffic-offence", "taxi-refusal"),
    ("落叶没人扫", "dirty-road", "fallen-leaves"),
    ("背街有卫生死角", "household-waste", "dead-corner"),
    ("河道漂浮物", "river", "floating-litter"),
    ("黑臭水体", "river", "foul-water"),
    ("垃圾分类没做", "household-waste", "waste-unsorted"),
    ("公厕太脏", "public-facility", "public-toilet"),
    ("外墙墙皮脱落", "facade", "facade"),
    ("违法户外广告牌", "signboard", "outdoor-ad"),
    ("私设灯箱", "signboard", "light-box"),
    ("工地扬尘", "construction-dust", "construction-dust"),
    ("路边倒了建筑垃圾", "rubble", "rubble"),
    ("路灯不亮", "street-light", "street-light"),
    ("景观灯不亮", "street-light", "landscape-lamp"),
    ("公园游园绿化差，草坪枯", "greening", "park-greening"),
    ("屋顶绿化枯了", "greening", "roof-greening"),
    ("生态廊道绿化没人管", "greening", "green-corridor"),
    ("不文明养犬，狗粪", "uncivil-conduct", "dog-keeping"),
    ("有人乱扔垃圾、扔烟头", "uncivil-conduct", "littering"),
    ("随地便溺", "uncivil-conduct", "urinating"),
    ("禁烟场所吸烟", "uncivil-conduct", "smoking"),
    ("车窗抛物", "traffic-offence", "window-throwing"),
    // 大连市 2018
    ("装修垃圾堆在楼下", "rubble", "decoration-waste"),
    ("废弃家具杂物", "household-waste", "bulky-waste"),
    ("树挂塑料袋", "household-waste", "tree-litter"),
    ("海边沙滩有垃圾", "household-waste", "beach-litter"),
    ("早市夜市不收摊", "street-vendor", "street-market"),
    ("农贸市场地面脏", "premises-hygiene", "farm-market"),
    ("有人乱挖掘路面", "road-damage", "road-excavation"),
    ("绿地黄土裸露", "greening", "bare-soil"),
    ("门口私设停车器", "road-damage", "ground-lock"),
    ("私搭乱建", "illegal-building", "illegal-building"),
    ("边石卧石破损", "road-damage", "kerb-damage"),
    // 郑州市
    ("六小单位卫生差", "premises-hygiene", "small-six"),
    ("单位庭院卫生差", "premises-hygiene", "compound-hygiene"),
];

#[test]
fn every_problem_a_plan_names_has_a_citizen_word_and_a_code() {
    let rules = rules("erqi");
    let categories = &rules.data().categories;
    let mut wrong = Vec::new();
    for (words, citizen, kind) in WORDS {
        let suggested = suggest(categories, words);
        let found = suggested.map(|it| (it.slug.as_str(), kind_of(categories, it, words).slug.as_str()));
        if found != Some((*citizen, *kind)) {
            wrong.push(format!("{words}: {found:?} instead of {citizen}, {kind}"));
        }
        let code = &rules.category(kind).unwrap().code;
        assert!(matches!(look_up(code), Known::Standard(_) | Known::Local), "{words}: {code:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_problem_a_plan_names_has_a_route_in_every_rulebook() {
    for name in PLANS {
        let rules = rules(name);
        let (_, assigned, point) = in_town(&rules, &rules.data().towns[0].code);
        for (words, citizen, kind) in WORDS {
            let problem = Problem { category: citizen, words, point: Some(point), ..Problem::default() };
            let found = responsible(&assigned, &problem, &rules);
            assert_eq!(found.kind.as_deref(), Some(*kind), "{name}: {words}");
            assert!(!found.lead.name.is_empty(), "{name}: {words}");
            assert_eq!(found.topic.is_some(), !rules.plan().topics.is_empty(), "{name}: {words}");
            assert_eq!(
                responsible(&assigned, &problem, &rules),
                found,
                "the same question has the same answer"
            );
        }
    }
}
