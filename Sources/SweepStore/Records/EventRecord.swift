import FoundationEssentials
import GRDB
import SweepModel

/// A row of `events`.
enum EventRecord {
    static let columns = "seq, at, kind, sweep, trial, uid, pid, detail"

    static func read(_ row: inout RowReader) throws -> Event {
        let sequence: Int64 = try row.next()
        let at = try row.date()
        let kind: EventContent.Kind = try row.word()
        let sweep: Int64? = try row.optional()
        let trial: Int64? = try row.optional()
        let uid: Int? = try row.optional()
        let pid: Int? = try row.optional()
        let caller: Caller? = if let uid, let pid { Caller(uid: uid, pid: pid) } else { nil }
        return Event(
            sequence: sequence, at: at,
            content: EventContent(kind, sweep: sweep, trial: trial, caller: caller, detail: try row.next()))
    }

    static func insert(_ contents: [EventContent], at: Date, _ database: Database) throws -> [Event] {
        try contents.map { content in
            try database.run(
                "INSERT INTO events (at, kind, sweep, trial, uid, pid, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    at.timeIntervalSince1970, content.kind.rawValue, content.sweep, content.trial, content.caller?.uid,
                    content.caller?.pid, content.detail,
                ])
            return Event(sequence: database.lastInsertedRowID, at: at, content: content)
        }
    }
}
