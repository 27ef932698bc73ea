import FoundationEssentials
import Glibc

/// What is right for this user and this box when nothing is configured.
struct Defaults: Sendable {
    private let environment: [String: String]
    private let isRoot: Bool

    init(_ environment: [String: String]) {
        self.environment = environment
        isRoot = geteuid() == 0
    }

    /// systemd's state directory, else /var/lib/sweepd for root, else the user's own state folder.
    var stateDir: String {
        if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(given) }
        if isRoot { return "/var/lib/sweepd" }
        let home = environment["HOME"] ?? "/tmp"
        return (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/sweepd"
    }

    /// Where `sweepctl` looks: /run for root and under systemd, else the user's runtime folder, else the state folder.
    func socket(_ stateDir: String) -> String {
        if isRoot || environment["STATE_DIRECTORY"] != nil { return "/run/sweepd/sweepd.sock" }
        if let runtime = environment["XDG_RUNTIME_DIR"] { return runtime + "/sweepd/sweepd.sock" }
        return stateDir + "/sweepd.sock"
    }

    /// Cores that this process may use.
    var cores: Int {
        max(1, ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Half of the memory that this process may have.
    var memoryBudgetMB: Int { max(64, MemoryLimit.bytes() >> 21) }
}
