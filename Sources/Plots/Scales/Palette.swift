/// The colours of a theme.
///
/// The categories follow the hues of M. Okabe and K. Ito, *Color Universal Design*, 2008, in other lightnesses: each
/// has a contrast of at least 3:1 against the theme's background, and with red or green blindness they stay apart.
struct Palette: Sendable {
    let background: RGB
    /// Of text.
    let ink: RGB
    /// Of text that is less important; contrast of 4.5:1 all the same.
    let quietInk: RGB
    let axis: RGB
    let grid: RGB
    /// Of bands, and of cells that are empty.
    let surface: RGB
    /// Eight of them.
    let categories: [RGB]
    let accent: RGB
    let bad: RGB
    let muted: RGB
    /// The sequential scale in `scaleSteps` equal steps, from what is close to the background up to what is far from
    /// it.
    let scale: [RGB]

    static let scaleSteps = 64

    func category(_ index: Int) -> RGB { categories[Self.categoryIndex(index, of: categories.count)] }

    /// Of a cell with the value `t` 0…1.
    func cell(_ t: Double) -> RGB { scale[Self.step(cell: t)] }

    func color(_ tone: Tone) -> RGB {
        switch tone {
        case .category(let index): category(index)
        case .scale(let t): scale[Self.step(line: t)]
        case .accent: accent
        case .bad: bad
        case .muted: muted
        }
    }

    static func categoryIndex(_ index: Int, of count: Int = 8) -> Int { ((index % count) + count) % count }

    /// The step of the scale for an area.
    static func step(cell t: Double) -> Int {
        guard t.isFinite else { return 0 }
        return Int((min(max(t, 0), 1) * Double(scaleSteps - 1)).rounded())
    }

    /// The step of the scale for lines and points: without the low third, which is too close to the background to be
    /// seen.
    static func step(line t: Double) -> Int {
        guard t.isFinite else { return step(cell: 0.38) }
        return step(cell: 0.38 + 0.62 * min(max(t, 0), 1))
    }

    /// `count` colours at equal distances on the way through `anchors`.
    static func scale(through anchors: [UInt32], count: Int = scaleSteps) -> [RGB] {
        let places = anchors.map { OKLab(RGB($0)) }
        let fine = (0...1000).map { index -> OKLab in
            let place = Double(index) / 1000 * Double(places.count - 1)
            let start = min(Int(place), places.count - 2)
            return places[start].mixed(with: places[start + 1], place - Double(start))
        }
        var way = [0.0]
        for index in 1..<fine.count { way.append(way[index - 1] + fine[index].distance(to: fine[index - 1])) }
        var index = 0
        return (0..<count).map { step in
            let goal = way[way.count - 1] * Double(step) / Double(count - 1)
            while index < fine.count - 1, way[index] < goal - 1e-12 { index += 1 }
            return fine[index].color
        }
    }
}
