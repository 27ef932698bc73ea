/// One numbered `.sql` file of this folder. Append-only: a file that has shipped never changes.
public struct Migration: Sendable {
    /// The file's name without its extension, `NNNN_verb_noun`; recorded in the database once applied.
    public let name: String
    /// Plain SQL, several statements.
    public let sql: String

    /// All of them, in the order in which they apply.
    public static let all: [Migration] = [
        Migration(name: "0001_create_tables", bytes: PackageResources._001_create_tables_sql)
    ]

    private init(name: String, bytes: [UInt8]) {
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }
}
