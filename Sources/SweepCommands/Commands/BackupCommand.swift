import ArgumentParser
import Datasets
import FoundationEssentials
import SweepAPI
import SweepClient

struct BackupCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write all that the daemon keeps to one file.",
        discussion: """
            Database, models and checkpoints as they are at one moment, checked, while trials run on. FILE is there whole or \
            not at all. `sweepd restore FILE` puts it back. For administrators: root, the daemon's own user, and members of \
            the group sweepd-admin.

              sweepctl backup sweepd-$(date +%F).sqlite
            """)

    struct Reply: Codable, Equatable {
        var file: String
        var bytes: Int
        /// Nil from a daemon that does not say.
        var contents: BackupContents?

        enum CodingKeys: String, CodingKey { case file, bytes, contents }
    }

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "Where to write the copy.", completion: .file())
    var file: String

    @Flag(name: .long, help: "Replace FILE if it is there.")
    var force = false

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let refusal = CommandExit(
            .conflict, "\(file) is there already; choose another name, or replace it with --force")
        if !force, FileAccess.exists(file) { throw refusal }
        do {
            var target = try AtomicFile(file)
            var start: [UInt8] = []
            let view = FetchView(Console.current.error)
            var size: Int?
            let contents = try await client.backup(began: { size = $0 }) { data in
                if start.count < Self.magic.count { start += data.prefix(Self.magic.count - start.count) }
                try target.write(data)
                if let size, size >= Self.worthShowing {
                    view.update(FetchProgress(phase: .downloading, file: file, bytes: target.bytes, totalBytes: size))
                }
            }
            // https://www.sqlite.org/fileformat.html, section 1.3: the first 16 bytes.
            guard start == Self.magic else {
                throw CommandExit(.failed, "what the daemon sent is not a SQLite database; nothing was written")
            }
            try target.commit(replacing: force)
            let reply = Reply(file: file, bytes: target.bytes, contents: contents)
            try output.show(reply) { _ in Self.text(reply) }
            if let contents, contents.missing > 0 { output.note(Self.warning(contents)) }
        } catch let error as Descriptor.Failure {
            if error.isExisting { throw refusal }
            throw CommandExit(.failed, "cannot write \(file): \(error)")
        }
        return .done
    }

    static func text(_ reply: Reply) -> String {
        guard let contents = reply.contents else { return "\(reply.file): \(Format.bytes(reply.bytes))\n" }
        let parts = [
            Text.count(contents.sweeps, "sweep"), Text.count(contents.trials, "trial"),
            Text.count(contents.promotions, "promotion"), Text.count(contents.models, "model"),
            Text.count(contents.checkpoints, "checkpoint"),
        ]
        return "\(reply.file): \(Format.bytes(reply.bytes)), \(parts.joined(separator: ", "))\n"
    }

    static func warning(_ contents: BackupContents) -> String {
        let names = contents.missingFiles.map { Text.oneLine($0) }.joined(separator: ", ")
        let more = contents.missing > contents.missingFiles.count ? ", …" : ""
        return "\(Text.count(contents.missing, "file")) left out, gone or damaged: \(names)\(more); "
            + "`sweepctl check` says what to do"
    }

    /// Bytes from which on the way is shown.
    private static let worthShowing = 8 << 20

    static let magic = Array("SQLite format 3\0".utf8)
}
