import CKernels
import Testing

@testable import NeuralCore

struct RandomStreamTests {
    /// The known-answer vectors that its authors publish with Random123 (`kat_vectors`).
    @Test func philoxGivesThePublishedAnswers() {
        let all = UInt32.max
        #expect(
            RandomStream.philox(counter: (0, 0, 0, 0), key: (0, 0))
                == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
        #expect(
            RandomStream.philox(counter: (all, all, all, all), key: (all, all))
                == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
        #expect(
            RandomStream.philox(
                counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), key: (0xA409_3822, 0x299F_31D0))
                == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    }

    @Test func trialSeedsFitJSONAndDiffer() {
        let seeds = (0..<1000).map { RandomStream.trialSeed(sweepSeed: 7, index: $0) }
        #expect(Set(seeds).count == 1000)
        #expect(seeds.allSatisfy { $0 < 1 << 53 })
        #expect(seeds[3] != RandomStream.trialSeed(sweepSeed: 8, index: 3))
        // Sweeps of the past must stay repeatable.
        #expect(RandomStream.trialSeed(sweepSeed: 0, index: 0) == 7_931_020_870_206_717)
    }

    @Test func drawsDependOnTheirPositionOnly() {
        let whole = RandomStream.minibatch.draws(seed: 9, first: 0, count: 101, bound: 49_000)
        for cut in [1, 2, 50] {
            let rest = RandomStream.minibatch.draws(seed: 9, first: UInt64(cut), count: 101 - cut, bound: 49_000)
            #expect(rest == Array(whole[cut...]))
        }
    }

    @Test func drawsAreSpreadEvenly() {
        var counts = [Int](repeating: 0, count: 7)
        for draw in RandomStream.minibatch.draws(seed: 1, first: 0, count: 70_000, bound: 7) { counts[Int(draw)] += 1 }
        // Six standard deviations of a binomial count.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 560 })
    }

    @Test func samplesAreDifferentAndAscending() {
        let rows = RandomStream.probe.sample(seed: 4, count: 1000, bound: 49_000)
        #expect(rows.count == 1000 && Set(rows).count == 1000)
        #expect(rows == rows.sorted() && rows.allSatisfy { $0 < 49_000 })
        #expect(rows != RandomStream.probe.sample(seed: 5, count: 1000, bound: 49_000))
        #expect(RandomStream.probe.sample(seed: 4, count: 9, bound: 9) == Array(0..<9))
        #expect(Set(RandomStream.probe.sample(seed: 4, count: 8, bound: 9)).count == 8)
    }

    @Test(arguments: InstructionSet.available)
    func normalsAreNormalAndTheSameEverywhere(_ set: InstructionSet) {
        let count = 100_001
        func normals(_ set: InstructionSet, _ count: Int) -> [Float] {
            [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                ck_normals(set.kernels, 21, 1, Int64(count), 1, buffer.baseAddress)
                initialized = count
            }
        }
        let values = normals(set, count)
        #expect(values == normals(.baseline, count))
        #expect(Array(values[..<999]) == normals(set, 999))
        let n = Double(count)
        let moments = (1...4).map { power in
            values.reduce(0.0) { sum, x in sum + (0..<power).reduce(1.0) { p, _ in p * Double(x) } } / n
        }
        #expect(abs(moments[0]) < 0.02 && abs(moments[1] - 1) < 0.03)
        #expect(abs(moments[2]) < 0.06 && abs(moments[3] - 3) < 0.2)
    }
}
