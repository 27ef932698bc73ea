extension RGB {
    /// Black or white, whichever can be read better on it.
    var readable: RGB {
        let (black, white) = (RGB(0x000000), RGB(0xFFFFFF))
        return contrast(to: black) >= contrast(to: white) ? black : white
    }

    /// The nearest of xterm's colors 16…255: a cube of 6×6×6 and 24 greys.
    var index256: Int {
        func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
        func value(_ level: Int) -> Int { level == 0 ? 0 : 55 + 40 * level }
        func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
            let (dr, dg, db) = (r - Int(red), g - Int(green), b - Int(blue))
            return dr * dr + dg * dg + db * db
        }
        let (r, g, b) = (level(red), level(green), level(blue))
        let step = min(23, max(0, ((Int(red) + Int(green) + Int(blue)) / 3 - 3) / 10))
        let grey = 8 + 10 * step
        return distance(grey, grey, grey) < distance(value(r), value(g), value(b))
            ? 232 + step : 16 + 36 * r + 6 * g + b
    }
}

/// How a cell is painted; nil is the terminal's own color.
struct TerminalStyle: Sendable, Equatable {
    var foreground: RGB?
    var background: RGB?
    var isBold = false

    static let plain = TerminalStyle()
    static let bold = TerminalStyle(isBold: true)
    /// Axes, ticks, what stands behind.
    static let muted = TerminalStyle(foreground: TerminalPalette.muted)

    static func ink(_ color: RGB?) -> TerminalStyle { TerminalStyle(foreground: color) }
    static func block(_ color: RGB, bold: Bool = false) -> TerminalStyle {
        TerminalStyle(foreground: color.readable, background: color, isBold: bold)
    }

    /// The sequence that sets it, whatever was set before (ECMA-48, SGR).
    func sequence(_ colors: TerminalColors) -> String {
        var codes = ["0"]
        if isBold { codes.append("1") }
        if let foreground { codes.append("38;" + Self.code(foreground, colors)) }
        if let background { codes.append("48;" + Self.code(background, colors)) }
        return "\u{1B}[" + codes.joined(separator: ";") + "m"
    }

    private static func code(_ color: RGB, _ colors: TerminalColors) -> String {
        colors == .trueColor ? "2;\(color.red);\(color.green);\(color.blue)" : "5;\(color.index256)"
    }
}
