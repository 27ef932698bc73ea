import ArgumentParser
import FoundationEssentials
import Glibc
import SweepAPI
import SweepEngine
import SweepModel
import SweepStore

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup's database, models and checkpoints into a state folder.",
        discussion: """
            FILE is what `sweepctl backup` wrote; it is checked first, all of it. No daemon may run on the state folder. With \
            --replace a database that is there goes into the folder sweepd.db.replaced-N beside it, with its log and its \
            files: a whole state folder of its own. Nothing is written over, and when it is interrupted, the same command \
            again does the rest.

              systemctl stop sweepd && sweepd restore /srv/backups/sweepd.db --replace && systemctl start sweepd
            """)

    @Argument(help: "A backup.", completion: .file())
    var file: String

    @Option(help: "A configuration file, JSON.")
    var config: String?

    @Option(help: "The state folder.")
    var stateDir: String?

    @Flag(help: "Set a database that is there aside.")
    var replace = false

    func run() async throws {
        let given: [SettingKey: String] = stateDir.map { [.stateDir: $0] } ?? [:]
        let folder = try await Settings.load(file: config, arguments: given).stateDir
        umask(0o077)
        do {
            let backup = try BackupFile(path: file)
            let report = try backup.check { StateFolder.digest(of: $0) }
            let lock = try Self.prepare(folder)
            defer { withExtendedLifetime(lock) {} }
            try put(backup, report, into: folder)
            try backup.close()
        } catch let error as StoreError {
            throw DaemonFailure(Problem(error).code.exitStatus, error.message)
        } catch let error as EngineError {
            throw DaemonFailure(Problem(error).code.exitStatus, error.message)
        }
    }

    /// The lock on a folder in which this process writes as its owner.
    private static func prepare(_ path: String) throws -> StateLock {
        try DaemonFailure.makingFolder(path, "the state folder")
        try StateFileSystem.refuseRemote(path)
        try becomeOwner(of: path)
        let lock = try StateLock(folder: path)
        try StateFolder(path: path).prepare()
        return lock
    }

    /// Root restores what another user's daemon will read: from here on this process acts as that user.
    private static func becomeOwner(of path: String) throws {
        guard geteuid() == 0 else { return }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw DaemonFailure(.configuration, "cannot look at \(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_uid != 0 else { return }
        var group = status.st_gid
        guard setgroups(1, &group) == 0, setegid(group) == 0, seteuid(status.st_uid) == 0 else {
            throw DaemonFailure(
                .failed, "cannot act as uid \(status.st_uid), who owns \(path): \(String(cString: strerror(errno)))")
        }
    }

    private func put(_ backup: BackupFile, _ report: BackupReport, into path: String) throws {
        let place = DatabasePlace(path: path + "/sweepd.db")
        let folder = StateFolder(path: path)
        // What is there already, by the same command, or will be refused, needs no files.
        let isRefused = try !replace && place.isTaken()
        try folder.requireRoom(for: backup.bytes() + report.files.reduce(0) { $0 + $1.bytes })
        var renamed: [String: String] = [:]
        for file in report.files where !isRefused {
            guard let content = try backup.content(of: file) else { continue }
            let path = try folder.restore(content, as: file)
            if path != file.path { renamed[file.path] = path }
        }
        let aside = try place.restore(backup, renamed: renamed, replacing: replace)
        let contents = BackupContents(report)
        StandardStream.output.print(
            "restored into \(path): sweeps \(contents.sweeps), trials \(contents.trials), promotions "
                + "\(contents.promotions), models \(contents.models), checkpoints \(contents.checkpoints)")
        if let aside { StandardStream.output.print("the database that was there, with its files, is in \(aside)") }
        let models = report.missing.filter { $0.path.hasPrefix("\(StateFolder.models)/") }.count
        if models > 0 {
            StandardStream.error.print(
                "sweepd: the backup does not hold \(models) models; `sweepctl check` names them, and "
                    + "`sweepctl keep TRIAL` trains one again to the same bits")
        }
        if report.missing.count > models {
            StandardStream.error.print(
                "sweepd: the backup does not hold \(report.missing.count - models) checkpoints; their trials begin again"
            )
        }
    }
}
