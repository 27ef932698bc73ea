import Synchronization

@testable import SweepCommands

/// Keeps what is written to a stream.
final class Recorder: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// A terminal when it has columns.
    func stream(columns: Int? = nil) -> Console.Stream {
        Console.Stream(
            write: { piece in self.bytes.withLock { $0 += piece } }, columns: { columns }, redraws: columns != nil,
            colors: false, unicode: true)
    }
}

extension Console {
    /// Nothing to read, nobody to read.
    static var silent: Console {
        let stream = Recorder().stream()
        return Console(environment: [:], output: stream, error: stream, readInput: { _ in [] })
    }
}
