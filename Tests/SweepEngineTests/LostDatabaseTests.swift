import Foundation
import Testing

@testable import SweepEngine

@Suite struct LostDatabaseTests {
    /// Its models would be files that no row names, which a start removes.
    @Test func aNewDatabaseBesideModelsIsRefusedAndNothingIsRemoved() async throws {
        try await Box.with { box in
            let model = box.folder.path + "/models/t1-a1"
            try Data("weights".utf8).write(to: URL(filePath: model))
            let error = await #expect(throws: EngineError.self) { _ = try await box.start() }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains("sweepd restore") == true)
            #expect(FileManager.default.fileExists(atPath: model))
        }
    }
}
