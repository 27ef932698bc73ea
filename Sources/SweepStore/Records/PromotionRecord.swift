import FoundationEssentials
import GRDB
import SweepModel

/// A row of `promotions`.
enum PromotionRecord {
    static let columns = """
        id, sweep, trial, model_digest, dataset_digest, val_accuracy, correct, test_examples, confusion, is_mirrored, uid, pid, at
        """

    static func read(_ row: inout RowReader) throws -> Promotion {
        Promotion(
            id: try row.next(), sweep: try row.next(), trial: try row.next(), modelDigest: try row.next(),
            datasetDigest: try row.next(), valAccuracy: try row.next(), correct: try row.next(),
            testExamples: try row.next(), confusion: try row.optional().map(confusion), isMirrored: try row.next(),
            caller: Caller(uid: try row.next(), pid: try row.next()),
            at: try row.date())
    }

    private static func confusion(_ text: String) throws -> Confusion {
        do { return try JSONDecoder().decode(Confusion.self, from: Data(text.utf8)) } catch {
            throw StoreError(.corrupt, "the database holds a confusion matrix that cannot be read: \(error)")
        }
    }

    private static func text(_ confusion: Confusion) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(confusion), as: UTF8.self)
    }

    static func find(modelDigest: String, _ database: Database) throws -> Promotion? {
        try database.row("SELECT \(columns) FROM promotions WHERE model_digest = ?", [modelDigest], read).map {
            try withMembers([$0], database)[0]
        }
    }

    /// The same promotions, complete.
    static func withMembers(_ promotions: [Promotion], _ database: Database) throws -> [Promotion] {
        try promotions.map { promotion in
            var promotion = promotion
            promotion.members = try database.rows(
                """
                SELECT trial, model_digest, weight, val_accuracy FROM promotion_members WHERE promotion = ?
                ORDER BY position
                """, [promotion.id]
            ) { row in
                Promotion.Member(
                    trial: try row.next(), modelDigest: try row.next(), weight: try row.next(),
                    valAccuracy: try row.next())
            }
            return promotion
        }
    }

    /// Returns the promotion with its number.
    static func insert(_ promotion: Promotion, _ database: Database) throws -> Promotion {
        try database.run(
            """
            INSERT INTO promotions (sweep, trial, model_digest, dataset_digest, val_accuracy, correct, test_examples,
                confusion, is_mirrored, uid, pid, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                promotion.sweep, promotion.trial, promotion.modelDigest, promotion.datasetDigest,
                promotion.valAccuracy, promotion.correct, promotion.testExamples,
                try promotion.confusion.map(text), promotion.isMirrored, promotion.caller.uid, promotion.caller.pid,
                promotion.at.timeIntervalSince1970,
            ])
        var stored = promotion
        stored.id = database.lastInsertedRowID
        for (position, member) in promotion.members.enumerated() {
            try database.run(
                """
                INSERT INTO promotion_members (promotion, position, trial, model_digest, weight, val_accuracy)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [stored.id, position, member.trial, member.modelDigest, member.weight, member.valAccuracy])
        }
        return stored
    }
}
