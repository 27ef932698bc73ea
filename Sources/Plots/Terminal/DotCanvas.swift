/// A raster for lines: 2×4 braille dots a cell, or one character a cell in ASCII.
///
/// What has a higher rank wipes what has a lower one out of its cells, so that a strong line stays a line where it
/// crosses many faint ones; within a rank, dots add up and the last one gives the color.
struct DotCanvas: Sendable {
    struct Pen: Sendable {
        var rank: Int
        var style: TerminalStyle
        /// Stands in the cell in ASCII.
        var glyph: Character
        /// Who draws, to be asked for later.
        var owner: Int
    }

    struct Cell: Sendable {
        var bits: UInt8 = 0
        var pen: Pen?
        /// Stands there instead of dots.
        var symbol: Character?
    }

    let columns: Int
    let rows: Int
    let unicode: Bool
    private(set) var cells: [Cell]

    init(columns: Int, rows: Int, unicode: Bool) {
        (self.columns, self.rows, self.unicode) = (max(1, columns), max(1, rows), unicode)
        cells = Array(repeating: Cell(), count: self.columns * self.rows)
    }

    /// Dots in the two directions.
    var width: Int { unicode ? columns * 2 : columns }
    var height: Int { unicode ? rows * 4 : rows }

    func cell(_ row: Int, _ column: Int) -> Cell { cells[row * columns + column] }

    /// The dot at a place 0…1 from the left and from the bottom.
    func dot(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (x * Double(width - 1), (1 - y) * Double(height - 1))
    }

    mutating func draw(_ x: Int, _ y: Int, _ pen: Pen) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let index = unicode ? y / 4 * columns + x / 2 : y * columns + x
        let rank = cells[index].pen?.rank ?? .min
        if pen.rank < rank { return }
        if pen.rank > rank { cells[index].bits = 0 }
        (cells[index].pen, cells[index].symbol) = (pen, nil)
        cells[index].bits |= unicode ? Self.bits[y % 4 * 2 + x % 2] : 1
    }

    /// A sign in the cell of a dot.
    mutating func place(_ symbol: Character, _ x: Int, _ y: Int, _ pen: Pen) {
        draw(x, y, pen)
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let index = unicode ? y / 4 * columns + x / 2 : y * columns + x
        if cells[index].pen?.owner == pen.owner { cells[index].symbol = symbol }
    }

    /// Dot 1 is at the top left, 8 at the bottom right (Unicode Standard, Braille Patterns).
    private static let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]

    /// From one place in dots to another, each of which may lie outside.
    mutating func line(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ pen: Pen) {
        guard let (a, b) = clipped(from, to) else { return }
        let steps = Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up))
        for step in 0...max(1, steps) {
            let share = Double(step) / Double(max(1, steps))
            draw(Int((a.x + (b.x - a.x) * share).rounded()), Int((a.y + (b.y - a.y) * share).rounded()), pen)
        }
    }

    /// The part inside (Liang and Barsky 1984).
    private func clipped(
        _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
    ) -> (a: (x: Double, y: Double), b: (x: Double, y: Double))? {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        guard dx.isFinite, dy.isFinite else { return nil }
        var (enter, leave) = (0.0, 1.0)
        for (slope, room) in [
            (-dx, from.x + 0.49), (dx, Double(width) - 0.51 - from.x),
            (-dy, from.y + 0.49), (dy, Double(height) - 0.51 - from.y),
        ] {
            if slope == 0 {
                if room < 0 { return nil }
            } else if slope < 0 {
                enter = max(enter, room / slope)
            } else {
                leave = min(leave, room / slope)
            }
        }
        guard enter <= leave else { return nil }
        return ((from.x + dx * enter, from.y + dy * enter), (from.x + dx * leave, from.y + dy * leave))
    }

    /// Lays the drawn cells over a page.
    func paint(on grid: inout TextGrid, row: Int, column: Int) {
        for y in 0..<rows {
            for x in 0..<columns {
                let cell = cell(y, x)
                guard let pen = cell.pen, let braille = Unicode.Scalar(0x2800 + UInt32(cell.bits)) else { continue }
                let sign = cell.symbol ?? (unicode ? Character(braille) : pen.glyph)
                grid.set(row + y, column + x, sign, pen.style)
            }
        }
    }
}
