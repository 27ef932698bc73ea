import SweepAPI
import SweepClient
import SweepModel

/// `status --watch`: asks every two seconds, and redraws; without a terminal it prints again what has changed.
struct StatusWatcher: Sendable {
    let client: SweepClient
    let console: Console
    let limit: Int
    var pause = Duration.seconds(2)

    func run() async throws {
        do {
            try await Interruption.during { try await watch() }
        } catch is Interruption.Interrupted {
            throw CommandExit(.interrupted)
        }
    }

    private func watch() async throws {
        var display = ProgressDisplay(console.output)
        var curves = LeaderCurves(client)
        var last = ""
        var isLost = false
        var hasAnswered = false
        while true {
            do {
                let reply = try await client.sweeps(limit: limit)
                if isLost { console.note("sweepctl: the connection to sweepd is back") }
                (isLost, hasAnswered) = (false, true)
                if console.output.redraws {
                    let lines = StatusText.list(reply, console.output.page).split(
                        separator: "\n", omittingEmptySubsequences: false)
                    try display.redraw(lines.dropLast().map(String.init) + (try await running(reply, &curves)))
                } else {
                    var steady = reply
                    // These move at every look and are no news.
                    (steady.daemon.uptimeSeconds, steady.daemon.busyWorkers) = (0, 0)
                    for index in steady.sweeps.indices { steady.sweeps[index].etaSeconds = nil }
                    let text = StatusText.list(steady, Page(unicode: console.output.unicode))
                    if text != last { try console.output.writeLine(StatusText.list(reply, console.output.page)) }
                    last = text
                }
            } catch let error as ClientError where hasAnswered && error.exitStatus == .unreachable {
                if !isLost { console.note("sweepctl: \(error.loss)") }
                isLost = true
                display.leave()
            }
            try await Task.sleep(for: pause)
        }
    }

    /// The sweeps that run, in more lines than the table has for them; the first few.
    private func running(_ reply: StatusReply, _ curves: inout LeaderCurves) async throws -> [String] {
        var lines: [String] = []
        for sweep in reply.sweeps.filter({ $0.state == .running }).prefix(3) {
            let curve = try await curves.curve(of: sweep)
            lines += [""] + ProgressView.lines(sweep, console.output.page, curve: curve)
        }
        return lines
    }
}
