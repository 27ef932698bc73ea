#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Synchronization

/// A place where a crash would hurt most, so that a test can crash there.
public enum CommitPoint: String, Sendable, CaseIterable {
    // Transactions: `before` is after the last statement and ahead of the commit, `after` is ahead of the answer.
    case submit, apply, change, retry, resume, promote, begin, migrate, prune, keep
    case cleanStop = "clean_stop"
    // Files below the state folder.
    case fileWrite = "file_write"
    case fileSync = "file_sync"
    case fileRename = "file_rename"
    case folderSync = "folder_sync"
    case fileRemove = "file_remove"
    // A backup's copy of the database and of each file; what `sweepd restore` puts back.
    case backupCopy = "backup_copy"
    case backupFile = "backup_file"
    case restoreFile = "restore_file"
    case restoreRename = "restore_rename"
}

/// Ends the process at a chosen point, for `scripts/torture points`. Without `SWEEPD_FAULT` in the environment it costs
/// one comparison.
///
/// `SWEEPD_FAULT=before-submit:3` kills the process the third time it is about to commit a submission; `slice-7:1:trap`
/// executes an illegal instruction in the first slice of trial 7.
public enum Fault {
    public static func before(_ point: CommitPoint) { reach("before-", point.rawValue) }
    public static func after(_ point: CommitPoint) { reach("after-", point.rawValue) }
    public static func slice(of trial: Int64) {
        guard let fuse else { return }
        fuse.burn("slice-\(trial)")
    }

    /// What `SWEEPD_FAULT` may name, slices left out.
    public static var names: [String] {
        CommitPoint.allCases.flatMap { ["before-\($0.rawValue)", "after-\($0.rawValue)"] }
    }

    private static func reach(_ moment: String, _ point: String) {
        guard let fuse else { return }
        fuse.burn(moment + point)
    }

    private static let fuse: Fuse? = getenv("SWEEPD_FAULT").flatMap { Fuse(String(cString: $0)) }

    private final class Fuse: Sendable {
        private let name: String
        private let traps: Bool
        private let remaining: Atomic<Int>

        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else { return nil }
            self.name = String(name)
            remaining = Atomic(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
            traps = parts.count > 2 && parts[2] == "trap"
        }

        func burn(_ reached: String) {
            guard reached == name, remaining.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            if traps { fatalError("SWEEPD_FAULT: \(name)") }
            kill(getpid(), SIGKILL)
            // The signal may take a moment; nothing may happen after this point.
            while true { pause() }
        }
    }
}
