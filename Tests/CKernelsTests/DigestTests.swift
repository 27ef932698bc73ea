import CKernels
import KernelChecks
import Testing

/// A hundred steps and an evaluation of every case of the table leave the committed bits, whatever the instruction set.
///
/// docs/kernels.md tells how to run the same on a processor that this machine has not.
struct DigestTests {
    @Test(arguments: KernelsTests.sets, 0..<Int(kc_case_count()))
    func everyInstructionSetMakesTheCommittedBits(_ set: String, _ number: Int) throws {
        let isa = try #require(ck_select(set))
        let (test, name) = Self.named(number)
        let committed = try #require(kc_committed(name), "\(name) has no digest")
        var found = kc_digest()
        try #require(kc_digest_of(test, isa, &found))
        let difference = kc_difference(&found, committed).map { String(cString: $0) }
        #expect(difference == nil, "\(set), \(name)")
    }

    @Test func casesAreToldApartByTheirNames() {
        let names = Set((0..<Int(kc_case_count())).map { Self.named($0).name })
        #expect(names.count == Int(kc_case_count()))
    }

    @Test func aChangeOfAnyPartOfADigestIsSeen() throws {
        let whole = try #require(kc_committed(Self.named(3).name)).pointee
        let parts: [WritableKeyPath<kc_digest, UInt64>] = [
            \.inputs, \.parameters, \.moments, \.squares, \.losses, \.correct, \.logits, \.predictions, \.evaluation,
            \.active,
        ]
        #expect(MemoryLayout<kc_digest>.size == parts.count * 8)
        for part in parts {
            var (changed, other) = (whole, whole)
            #expect(kc_difference(&changed, &other) == nil)
            changed[keyPath: part] ^= 1
            #expect(kc_difference(&changed, &other) != nil)
        }
    }

    static func named(_ number: Int) -> (test: kc_case, name: String) {
        let test = kc_case_at(Int32(number))
        let name = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(KC_NAME_SIZE)) { buffer in
            kc_name(test, buffer.baseAddress)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        return (test, name)
    }
}
