import ArgumentParser
import FoundationEssentials
import SweepAPI
import SweepClient

struct BackupCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the daemon's database to a file.",
        discussion: """
            FILE is there whole or not at all. Checkpoints and models are files of the state folder and not part of it.

              sweepctl backup sweepd-$(date +%F).sqlite
            """)

    struct Reply: Codable, Equatable {
        var file: String
        var bytes: Int
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
            try await client.backup { data in
                if start.count < Self.magic.count { start += data.prefix(Self.magic.count - start.count) }
                try target.write(data)
            }
            // https://www.sqlite.org/fileformat.html, section 1.3: the first 16 bytes.
            guard start == Self.magic else {
                throw CommandExit(.failed, "what the daemon sent is not a SQLite database; nothing was written")
            }
            try target.commit(replacing: force)
            let reply = Reply(file: file, bytes: target.bytes)
            try output.show(reply) { _ in "\(file): \(Format.bytes(reply.bytes))" }
        } catch let error as Descriptor.Failure {
            if error.isExisting { throw refusal }
            throw CommandExit(.failed, "cannot write \(file): \(error)")
        }
        return .done
    }

    static let magic = Array("SQLite format 3\0".utf8)
}
