import ArgumentParser
import SweepAPI
import SweepClient

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with this box, the daemon, and the way to it.",
        discussion: """
            Exits with 1 if there is any problem; warnings do not count.

              sweepctl doctor
            """)

    @OptionGroup var globals: GlobalOptions

    func run() async throws {
        let console = Console.current
        var findings = [DoctorReply.Finding(.ok, "client", "sweepctl \(APIVersion.program), wire \(APIVersion.wire)")]
        do {
            let found = try globals.discovery(console)
            findings.append(.init(.ok, "socket", "\(found.address), chosen by \(found.source.rawValue)"))
            if case .unix(let path) = found.address { findings += Self.permissions(FileAccess.socketMode(path), path) }
            findings += try await SweepClient.with(found) { client in
                let health = try await client.health()
                return [.init(.ok, "daemon", "sweepd \(health.version), wire \(health.wire), pid \(health.pid)")]
                    + (try await client.doctor().findings)
            }
        } catch let error as ClientError {
            findings.append(.init(.problem, "connection", error.message))
        }
        let reply = DoctorReply(findings: findings)
        try globals.output(console).show(reply) { page in Self.text(reply, page) }
        if findings.contains(where: { $0.level == .problem }) { throw CommandExit(.failed) }
    }

    /// What the mode of a socket's file says; nil when there is no such file.
    static func permissions(_ mode: UInt32?, _ path: String) -> [DoctorReply.Finding] {
        guard let mode, mode & 0o002 != 0 else { return [] }
        return [
            .init(
                .warning, "socket",
                "everybody on this machine may use \(path); set SocketMode=0660 in its unit, or `chmod 0660` it")
        ]
    }

    static func text(_ reply: DoctorReply, _ page: Page) -> String {
        let width = reply.findings.reduce(0) { max($0, Text.width($1.subject)) }
        return reply.findings.map { finding in
            let (mark, tone): (String, Tone) =
                switch finding.level {
                case .ok: ("ok      ", .good)
                case .warning: ("warning ", .warning)
                case .problem: ("problem ", .bad)
                }
            let subject = finding.subject + String(repeating: " ", count: width - Text.width(finding.subject))
            return (page.colors ? tone.paint(mark) : mark) + " \(subject)  \(Text.oneLine(finding.detail))\n"
        }.joined()
    }
}
