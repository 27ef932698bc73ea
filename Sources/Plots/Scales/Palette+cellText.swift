extension Palette {
    /// Where on the scale a cell lies, as far as the text in it is concerned: on some steps of the scale black reads
    /// better in one theme and white in the other.
    enum CellText: String, CaseIterable, Sendable {
        case low
        case middle
        case high

        /// - Parameter t: The cell's value 0…1.
        init(t: Double) {
            let (first, last) = Self.turns
            let step = Palette.step(cell: t)
            self = step < first ? .low : step < last ? .middle : .high
        }

        /// The steps at which one of the themes and then also the other one changes the colour of text.
        private static let turns: (first: Int, last: Int) = {
            let turns = [Palette.light.turn, Palette.dark.turn]
            return (min(turns[0], turns[1]), max(turns[0], turns[1]))
        }()
    }

    /// Black or white, whichever has the greater contrast against the scale's colours there; at least 4.5:1.
    func ink(of text: CellText) -> RGB {
        let other = self.background == Palette.light.background ? Palette.dark : Palette.light
        let isBehindTurn =
            switch text {
            case .low: false
            case .middle: turn < other.turn
            case .high: true
            }
        let isDark = background.luminance < 0.5
        return isBehindTurn == isDark ? RGB(0x000000) : RGB(0xffffff)
    }

    /// The first step of the scale on which text in a colour like the background's reads better than one in a colour
    /// like the ink's.
    private var turn: Int {
        let (black, white) = (RGB(0x000000), RGB(0xffffff))
        let isDark = background.luminance < 0.5
        let (near, far) = isDark ? (white, black) : (black, white)
        return scale.firstIndex { $0.contrast(to: far) > $0.contrast(to: near) } ?? scale.count
    }
}
