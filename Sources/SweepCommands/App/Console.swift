/// What a command may touch of its surroundings; tests put their own in place.
struct Console: Sendable {
    @TaskLocal static var current = Console.ofProcess()

    var environment: [String: String]
    var output: Stream
    var error: Stream
    /// Standard input up to so many bytes; more than that when it has more.
    var readInput: @Sendable (_ limit: Int) throws -> [UInt8]

    /// One of the two standard streams for writing.
    struct Stream: Sendable {
        /// Throws ``OutputClosed`` when nobody reads any more.
        var write: @Sendable ([UInt8]) throws -> Void
        /// Columns of the terminal; nil when it is not one.
        var columns: @Sendable () -> Int?
        /// Rows of the terminal; nil when it is not one or does not say.
        var rows: @Sendable () -> Int? = { nil }
        /// Whether a written line can be overwritten.
        var redraws: Bool
        var colors: Bool
        var unicode: Bool
    }
}

extension Console.Stream {
    var isTerminal: Bool { columns() != nil }
    var page: Page { Page(width: columns(), colors: colors, unicode: unicode) }

    func writeLine(_ text: String) throws { try write(Array(text.utf8) + [UInt8(ascii: "\n")]) }
}

extension Console {
    /// A note for people on standard error. One that cannot be written is dropped: there is nowhere to say so.
    func note(_ text: String) {
        do { try error.writeLine(Text.printable(text)) } catch { return }
    }
}
