import SweepAPI

/// Ends a command with a status other than 0, and a sentence for standard error unless the output has said all.
struct CommandExit: Error {
    var status: ExitStatus
    var message: String?

    init(_ status: ExitStatus, _ message: String? = nil) { (self.status, self.message) = (status, message) }
}

extension CommandExit {
    static func usage(_ message: String) -> CommandExit { CommandExit(.usage, message) }
}

/// Whoever reads standard output has gone (`sweepctl trials 1 | head`): not an error, and nobody to tell.
struct OutputClosed: Error {}
