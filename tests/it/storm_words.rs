//! What people say about one burst main, each in the words of their channel, and about everything else in the streets.

/// Residents on the move: short, as they would say it.
const PAGE: [&str; 14] = [
    "水管爆了",
    "路口喷水柱了，好几米高",
    "满街都是水，鞋全湿了",
    "自来水管子炸了，快来人",
    "马路中间往外冒水，像喷泉一样",
    "地底下哗哗往上涌清水",
    "公交站这儿水漫到台阶上了",
    "家里突然停水，一看楼下主管道破了",
    "骑车过来裤子都湿透了，路中间一个大水泡",
    "水把柏油都顶起来了",
    "爆水管了！！车都绕着走",
    "路边铁盖旁边的管子裂开，水流到对面去了",
    "这么多干净的水白白流走，心疼",
    "门口成河了，孩子没法上学",
];
/// As an operator writes down a call.
const PHONE: [&str; 10] = [
    "市民来电反映该路口地下供水主管道爆裂，大量自来水外溢，要求尽快抢修。",
    "来电人称门前自来水管破裂已有十分钟，水流湍急，影响通行，请派人到场处置。",
    "群众反映供水管线突发泄漏，周边小区水压明显下降，请核实。",
    "诉求人表示人行道下喷出大量水，怀疑主水管断裂，要求关闭阀门。",
    "市民称路面向上涌水且水量越来越大，担心路基被掏空，请有关部门处理。",
    "来电反映附近楼栋全部停水，路口有水管爆裂，询问何时恢复供水。",
    "反映人称有车辆在喷水处熄火，司机被困在车里，自来水管未见人维修。",
    "市民报告地下管道爆管，水已流入临街商铺，商户正在用沙袋阻挡。",
    "来电人表示此处水管爆裂，已向自来水公司报修但一直占线。",
    "群众来电，供水管道跑水，非机动车道无法通行，请求放置警示标志。",
];
/// Letters of the page for those who have time.
const LETTER: [&str; 8] = [
    "我住在路口东边的小区，刚才听到一声闷响，出门看见地下的自来水主管爆裂，水柱有一层楼高，两边的店铺都在往外舀水，请尽快关阀抢修。",
    "尊敬的领导，您好，我是附近学校的老师，校门外的供水管道破了，正值放学，几百名学生和家长蹚水回家，希望马上安排人员疏导并维修。",
    "今天早上遛狗经过这里，发现人行道砖缝里不停地往外冒水，半小时以后整段路面都鼓了起来，估计底下那根老旧的铸铁管已经断了。",
    "作为临街商户，我要反映店门口的水管爆裂问题，水已经漫过门槛，仓库里的货物泡了一半，打电话一直占线，只好写在这里。",
    "下班开车路过，前方积了很深的水，清澈见底，不是雨水，应该是自来水主管漏了，路中央已经看到有漩涡，再不处理恐怕要塌。",
    "家里老人说水龙头忽然没有水，楼下邻居讲是外面大街上的管道爆管，请问抢修队什么时候到，晚上能不能恢复供水？",
    "这根水管去年就修过一次，现在同一个地方又爆裂了，水流得满地都是，浪费实在严重，希望这次彻底换掉。",
    "隔着窗户看见街心像开了锅一样翻着水花，几个年轻人在搬石头拦水，自来水公司的人还没有到，请转告他们快一点。",
];
/// Forwarded from groups: other script, no punctuation, exclamation marks.
const CHAT: [&str; 10] = [
    "大家注意繞行 前面水管爆了 水很深",
    "誰知道怎麼回事？十字路口噴水噴得老高！",
    "自來水管爆裂 整條街都淹了 快轉發",
    "@物业 外面主管道爆了咱们楼没水了",
    "拍到的，路中间喷泉，真不是景观",
    "别走这条路！！！地下水管炸开了！！！",
    "有人报修了吗 水都流到地铁口了",
    "供水管破了 停水通知还没发 大家先接点水存着",
    "水流成河 电动车泡了一排",
    "這邊爆水管 師傅快來關閘",
];
/// Staff who walk the streets.
const PATROL: [&str; 8] = [
    "巡查发现供水管爆裂一处，现场已摆放锥桶。",
    "DN300给水管破损跑水，水流沿路缘漫流约200米。",
    "网格上报：主管爆裂，路面积清水，暂无人员受伤。",
    "现场核实自来水管断裂，需关闭上游阀门。",
    "水管爆裂，占用车道两条，交警已到场。",
    "巡查时见路面涌水，判断为给水干管泄漏。",
    "发现爆管，周边三个小区停水，已联系水司。",
    "给水管道接口脱开，喷水高度约三米。",
];
/// Added to what is said, so that hardly any two of five hundred are the same.
const TAILS: [&str; 13] = [
    "",
    "，请尽快来",
    "，我在现场",
    "，已经十多分钟了",
    "，旁边有小孩在玩水",
    "，堵车很厉害",
    "，麻烦快点",
    "，越来越大",
    "，没有人管",
    "，路过看到的",
    "，附近都停水了",
    "，怕路要塌",
    "，注意安全",
];

/// The channels and how many of a hundred reports each brings.
pub const CHANNELS: [(&[&str], usize); 5] =
    [(&PAGE, 40), (&PHONE, 20), (&LETTER, 10), (&CHAT, 20), (&PATROL, 10)];

/// The `n`-th thing said on a channel.
pub fn said(channel: &[&str], n: usize) -> String {
    let words = channel[n % channel.len()];
    let tail = TAILS[n / channel.len() % TAILS.len()];
    match words.strip_suffix('。') {
        Some(words) => format!("{words}{tail}。"),
        None => format!("{words}{tail}"),
    }
}

/// Other problems in the same streets: category and words. Those of one family stand far enough apart in this list.
pub const OTHERS: [(&str, &str); 25] = [
    ("gas-leak", "楼道里有煤气味，很呛"),
    ("water-logging", "下水道堵了，污水返上来"),
    ("manhole", "井盖响了一夜"),
    ("road-damage", "人行道地砖松动"),
    ("street-light", "路灯不亮"),
    ("household-waste", "垃圾桶满了没人收"),
    ("small-ads", "电线杆上贴满小广告"),
    ("shop-outside", "饭店把桌椅摆到人行道"),
    ("street-vendor", "路口有流动摊贩卖水果"),
    ("vehicle-parking", "有车停在盲道上"),
    ("greening", "一根树枝快掉下来了"),
    ("public-facility", "护栏被撞断了"),
    ("illegal-building", "楼顶有人私搭彩钢房"),
    ("rubble", "路边倒了一车装修垃圾"),
    ("construction-dust", "工地没有围挡，扬尘很大"),
    ("noise", "广场舞音响太吵"),
    ("bike-parking", "共享单车倒了一片"),
    ("street-light", "灯杆歪了"),
    ("cable", "电线垂到人头顶上"),
    ("signboard", "店铺招牌松动，快掉下来"),
    ("greening", "花坛里的草都枯了"),
    ("facade", "外墙瓷砖脱落"),
    ("dirty-road", "路面有油污，很滑"),
    ("manhole", "雨水箅子断了一根"),
    ("public-facility", "公交站亭的座椅坏了"),
];
