/// What a terminal can show.
public struct TerminalOptions: Sendable, Equatable {
    /// Columns; figures are drawn for 20…400, and values outside count as the nearest of these.
    public var width: Int
    public var colors: TerminalColors
    /// Whether braille, blocks and box drawing may be used; without it, every character is ASCII.
    public var unicode: Bool

    public init(width: Int = 80, colors: TerminalColors = .none, unicode: Bool = true) {
        (self.width, self.colors, self.unicode) = (width, colors, unicode)
    }
}

/// How colors are written; the raw values are those of the HTTP API.
public enum TerminalColors: String, Sendable, CaseIterable {
    /// No escape sequences at all.
    case none
    /// The 256 colors of xterm.
    case ansi256 = "256"
    /// 24 bits.
    case trueColor = "truecolor"
}
