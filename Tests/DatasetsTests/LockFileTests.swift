import Foundation
import Testing

@testable import Datasets

@Suite struct LockFileTests {
    @Test func theFileIsLockedForTheLifeOfTheValue() throws {
        try withFolder { folder in
            let lock = try LockFile(folder + "/lock", refusal: "taken")
            expectError(.io, "taken") { _ = try LockFile(folder + "/lock", refusal: "taken") }
            expectError(.io, "taken") { _ = try LockFile(folder + "/lock", refusal: "taken") }
            _ = consume lock
            _ = try LockFile(folder + "/lock", refusal: "taken")
        }
    }

    /// As a child of this process has one for a moment, between its birth and its program.
    @Test func aCopyOfTheDescriptorDoesNotKeepTheLock() throws {
        try withFolder { folder in
            let lock = try LockFile(folder + "/lock", refusal: "taken")
            let copy = dup(lock.descriptor)
            defer { close(copy) }
            _ = consume lock
            _ = try LockFile(folder + "/lock", refusal: "taken")
        }
    }

    @Test func aFileThatCannotBeMadeIsNotTakenForALockedOne() throws {
        try withFolder { folder in
            expectError(.io, "cannot make \(folder)/none/lock") {
                _ = try LockFile(folder + "/none/lock", refusal: "taken")
            }
        }
    }
}
