/// The `d` attribute of a path: relative, in tenths of a pixel, without points that fall on the one before.
struct PathText {
    private var markup = Markup()
    private var last = (x: 0, y: 0)
    private var command: UInt8 = 0

    var bytes: [UInt8] { markup.bytes }
    var isEmpty: Bool { markup.bytes.isEmpty }

    mutating func move(to x: Double, _ y: Double) {
        last = (Markup.tenths(x), Markup.tenths(y))
        markup.raw("M")
        markup.tenths(last.x)
        separate(last.y)
        command = 0
    }

    mutating func line(to x: Double, _ y: Double) {
        let next = (x: Markup.tenths(x), y: Markup.tenths(y))
        let (dx, dy) = (next.x - last.x, next.y - last.y)
        if dx == 0 && dy == 0 { return }
        last = next
        if dy == 0 {
            append("h", dx)
        } else if dx == 0 {
            append("v", dy)
        } else {
            append("l", dx)
            separate(dy)
        }
    }

    mutating func close() {
        markup.raw("z")
        command = 0
    }

    private mutating func append(_ letter: Unicode.Scalar, _ value: Int) {
        let letter = UInt8(ascii: letter)
        if command == letter {
            separate(value)
        } else {
            markup.raw([letter])
            markup.tenths(value)
        }
        command = letter
    }

    private mutating func separate(_ value: Int) {
        if value >= 0 { markup.raw(" ") }
        markup.tenths(value)
    }
}
