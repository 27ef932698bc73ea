import GRDB
public import SweepModel

extension SQLiteStore {
    public func promote(
        _ promotion: Promotion, event: EventContent
    ) async throws(StoreError) -> (Promotion, ApplyReport) {
        try await write(.promote) { database in
            if let known = try PromotionRecord.find(modelDigest: promotion.modelDigest, database) {
                return (known, ApplyReport())
            }
            let stored = try PromotionRecord.insert(promotion, database)
            // Retention may have given them up while they were measured; their files were held back.
            let measured =
                [(promotion.trial, promotion.modelDigest)] + promotion.members.map { ($0.trial, $0.modelDigest) }
            for (trial, digest) in measured {
                try database.run("UPDATE trials SET model_kept = 1 WHERE id = ? AND model_digest = ?", [trial, digest])
            }
            return (stored, ApplyReport(events: try EventRecord.insert([event], at: promotion.at, database)))
        }
    }

    public func promotion(modelDigest: String) async throws(StoreError) -> Promotion? {
        try await read { database in try PromotionRecord.find(modelDigest: modelDigest, database) }
    }

    public func promotions(sweep: Int64?, limit: Int) async throws(StoreError) -> [Promotion] {
        try await read { database in
            let columns = PromotionRecord.columns
            let found =
                if let sweep {
                    try database.rows(
                        "SELECT \(columns) FROM promotions WHERE sweep = ? ORDER BY id DESC LIMIT ?",
                        [sweep, max(0, limit)], PromotionRecord.read)
                } else {
                    try database.rows(
                        "SELECT \(columns) FROM promotions ORDER BY id DESC LIMIT ?", [max(0, limit)],
                        PromotionRecord.read)
                }
            return try PromotionRecord.withMembers(found, database)
        }
    }

    public func testLooks(datasetDigest: String) async throws(StoreError) -> Int {
        try await read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM promotions WHERE dataset_digest = ?", arguments: [datasetDigest])
                ?? 0
        }
    }
}
