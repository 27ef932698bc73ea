import Foundation
import SweepModel
import SweepModelTestKit
import SweepStore
import Testing

/// The stores that must behave alike.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }

    /// Gives `body` an empty store that has begun the boot `boot-1`.
    func withStore(_ body: (any SweepStore) async throws -> Void) async throws {
        switch self {
        case .memory:
            let store = InMemoryStore()
            _ = try await store.begin(boot: "boot-1", at: .at(0))
            try await body(store)
        case .sqlite:
            try await withSQLiteStore { store, _ in try await body(store) }
        }
    }
}

/// A folder that is there as long as `body` runs.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sweepd-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    do {
        try await body(folder.path)
    } catch {
        try FileManager.default.removeItem(at: folder)
        throw error
    }
    try FileManager.default.removeItem(at: folder)
}

/// An empty SQLite store that has begun the boot `boot-1`, and its folder.
func withSQLiteStore(_ body: (SQLiteStore, String) async throws -> Void) async throws {
    try await withFolder { folder in
        let store = try openStore(folder)
        _ = try await store.begin(boot: "boot-1", at: .at(0))
        try await body(store, folder)
        try store.close()
    }
}

func openStore(_ folder: String) throws(StoreError) -> SQLiteStore {
    try SQLiteStore.open(path: "\(folder)/sweepd.db", backupFolder: "\(folder)/backups") { _ in }
}

/// The code of the ``StoreError`` that `body` throws; nil when it throws nothing.
func storeErrorCode(_ body: () async throws -> Void) async throws -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch let error as StoreError {
        return error.code
    }
}
