import Datasets
import Synchronization

/// Shows how far a download is, from whatever thread it is told.
final class FetchView: Sendable {
    private struct State {
        var file = ""
        var phase = FetchProgress.Phase.downloading
        var began: ContinuousClock.Instant
        var first: Int
        var shown: ContinuousClock.Instant?
        var display: ProgressDisplay
    }

    private let stream: Console.Stream
    private let state: Mutex<State>

    init(_ stream: Console.Stream) {
        self.stream = stream
        state = Mutex(State(began: .now, first: 0, display: ProgressDisplay(stream)))
    }

    func update(_ progress: FetchProgress, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            let isNew = progress.file != state.file || progress.phase != state.phase
            if isNew {
                if state.shown != nil { state.display.leave() }
                (state.file, state.phase, state.began, state.first) = (
                    progress.file, progress.phase, now, progress.bytes
                )
            }
            let isDone = progress.bytes >= progress.totalBytes
            let pause: Duration = stream.redraws ? .milliseconds(200) : .seconds(10)
            guard isNew || isDone || state.shown.map({ now - $0 >= pause }) ?? true else { return }
            state.shown = now
            let seconds = (now - state.began) / .seconds(1)
            let line = Self.line(progress, since: state.first, seconds: seconds, stream.page)
            do {
                if stream.redraws { try state.display.redraw([line]) } else { try stream.writeLine(line) }
            } catch {
                // Nobody watches any more; the download is what matters.
                return
            }
        }
    }

    /// `cifar-10-binary.tar.gz: 34 %, 55.1 MiB of 162.2 MiB, 4.1 MiB/s, 26 s left`.
    ///
    /// - Parameters:
    ///   - first: bytes that were there when the download began.
    ///   - seconds: since it began.
    static func line(_ progress: FetchProgress, since first: Int, seconds: Double, _ page: Page) -> String {
        var parts: [String] = []
        switch progress.phase {
        case .downloading:
            let share = progress.totalBytes > 0 ? Double(progress.bytes) / Double(progress.totalBytes) : 1
            parts = [
                Format.percent(share, decimals: 0),
                "\(Format.bytes(progress.bytes)) of \(Format.bytes(progress.totalBytes))",
            ]
            let arrived = Double(progress.bytes - first)
            if arrived > 0, seconds > 0.5 {
                let rate = arrived / seconds
                parts.append("\(Format.bytes(Int(min(rate, 1e15))))/s")
                let missing = Double(progress.totalBytes - progress.bytes)
                if missing > 0 { parts.append("\(Format.duration(missing / rate)) left") }
            }
        case .verifying: parts = ["verifying"]
        case .unpacking: parts = ["unpacking"]
        }
        let line = "\(progress.file): " + parts.joined(separator: ", ")
        return page.width.map { Text.fit(line, max(10, $0 - 1), mark: page.ellipsis) } ?? line
    }
}
