/// One numbered `.sql` file of this folder. Append-only: a file that has shipped never changes.
public struct Migration: Sendable {
    /// The file's name without its extension, `NNNN_verb_noun`; recorded in the database once applied.
    public let name: String
    /// Plain SQL, several statements; runs in one transaction with foreign keys checked at its end.
    public let sql: String

    /// All of them, in the order in which they apply.
    public static let all: [Migration] = [
        // The build makes the identifier from the file's name; a leading digit becomes an underscore.
        Migration(name: "0001_create_tables", bytes: PackageResources._001_create_tables_sql),
        Migration(name: "0002_add_learning_details", bytes: PackageResources._002_add_learning_details_sql),
        Migration(name: "0003_add_safety", bytes: PackageResources._003_add_safety_sql),
        Migration(name: "0004_add_pruning", bytes: PackageResources._004_add_pruning_sql),
        Migration(name: "0005_add_ensembles", bytes: PackageResources._005_add_ensembles_sql),
        Migration(name: "0006_add_mirror", bytes: PackageResources._006_add_mirror_sql),
    ]

    public init(name: String, sql: String) { (self.name, self.sql) = (name, sql) }

    private init(name: String, bytes: [UInt8]) {
        self.init(name: name, sql: String(decoding: bytes, as: UTF8.self))
    }
}
