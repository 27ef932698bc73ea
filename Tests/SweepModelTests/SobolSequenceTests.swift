import Testing

@testable import SweepModel

@Suite struct SobolSequenceTests {
    private struct Points: Decodable {
        let bits: UInt32
        /// By dimension.
        let points: [[UInt32]]
    }

    @Test func pointsAreThoseOfSciPy() throws {
        let recorded = try Fixture.recorded("sobol", as: Points.self)
        #expect(recorded.points.count == SobolSequence.dimensions)
        for (dimension, points) in recorded.points.enumerated() {
            let sequence = SobolSequence(dimension: dimension)
            #expect(points.indices.map { sequence.point($0) >> (32 - recorded.bits) } == points, "\(dimension)")
        }
    }

    @Test(arguments: 0..<SobolSequence.dimensions)
    func everyIntervalHoldsOnePointOfEachDimension(dimension: Int) {
        let sequence = SobolSequence(dimension: dimension)
        for bits in 1...10 {
            for block in [0, 3] {
                let places = (0..<1 << bits).map { index in
                    let point = sequence.point(block << bits + index)
                    return SobolSequence.scrambled(point, key: 77) >> UInt32(32 - bits)
                }
                #expect(Set(places).count == 1 << bits)
            }
        }
    }

    /// The quality of a pair is at most the sum of the degrees of its polynomials, less one each: Sobol 1967.
    @Test func everyBoxOfAPairHoldsItsShareOfThePoints() {
        let degrees = [0] + SobolSequence.numbers.map { $0.initial.count - 1 }
        let bits = 10
        let coordinates = (0..<20).map { dimension in
            let sequence = SobolSequence(dimension: dimension)
            return (0..<1 << bits).map { SobolSequence.scrambled(sequence.point($0), key: UInt64(dimension)) }
        }
        for one in 0..<20 {
            for other in 0..<one {
                let t = degrees[one] + degrees[other]
                guard t < bits else { continue }
                for first in 0...(bits - t) {
                    var boxes = [Int](repeating: 0, count: 1 << (bits - t))
                    for index in 0..<1 << bits {
                        let left = Self.top(first, of: coordinates[one][index])
                        let right = Self.top(bits - t - first, of: coordinates[other][index])
                        boxes[left << (bits - t - first) | right] += 1
                    }
                    #expect(boxes.allSatisfy { $0 == 1 << t }, "dimensions \(other) and \(one)")
                }
            }
        }
    }

    private static func top(_ bits: Int, of word: UInt32) -> Int { bits == 0 ? 0 : Int(word >> UInt32(32 - bits)) }

    @Test func scramblingsOfTwoKeysDiffer() {
        let sequence = SobolSequence(dimension: 3)
        let (one, other) = (0..<64).map { sequence.point($0) }.map {
            (SobolSequence.scrambled($0, key: 1), SobolSequence.scrambled($0, key: 2))
        }.reduce(into: ([UInt32](), [UInt32]())) {
            $0.0.append($1.0)
            $0.1.append($1.1)
        }
        #expect(zip(one, other).allSatisfy { $0 != $1 })
    }

    @Test func everyParameterHasADimensionOfItsOwn() {
        let names = TrainingParameter.all.map(\.name)
        #expect(Set(names.map(SobolSequence.dimension)).count == names.count)
        #expect(Set(SobolSequence.names).count == SobolSequence.names.count)
        // A name that the list lacks would move when another is added: add it at the end of the list.
        #expect(names.filter { !SobolSequence.names.contains($0) } == [])
    }

    @Test func anotherParameterLeavesTheDrawsAsTheyAre() throws {
        let parameters = #""learning_rate": {"min": 0.1, "max": 0.9}, "hidden_size": {"min": 8, "max": 900}"#
        let few = try Fixture.spec(parameters, top: #""run_cap": 20, "seed": 4"#, method: "sobol").expand()
        let more = try Fixture.spec(
            #""reg": {"min": 0.0, "max": 1}, "# + parameters,
            top: #""run_cap": 20, "seed": 4, "enqueue": [{"learning_rate": 1, "hidden_size": 1, "reg": 0}]"#,
            method: "sobol"
        ).expand()
        for name in ["learning_rate", "hidden_size"] {
            #expect(few.map(\.parameters[name]) == more.dropFirst().map(\.parameters[name]))
        }
    }

    @Test func drawsFallEvenlyIntoEachDomain() throws {
        let plans = try Fixture.search("sobol", 64).expand()
        func counts(_ name: String) -> [String: Int] {
            plans.reduce(into: [:]) { $0[$1.parameters[name]?.description ?? "", default: 0] += 1 }
        }
        #expect(counts("batch_size").values.sorted() == Array(repeating: 8, count: 8))
        #expect(counts("optimizer").values.allSatisfy { (21...22).contains($0) })
        #expect(counts("hidden_size").values.allSatisfy { (1...3).contains($0) })
        let decades = plans.reduce(into: [Int: Int]()) { counts, plan in
            let rate = plan.parameters["learning_rate"]?.doubleValue ?? 0
            counts[rate < 1e-3 ? 0 : rate < 1e-2 ? 1 : 2, default: 0] += 1
        }
        #expect(decades.values.allSatisfy { (21...22).contains($0) })
        let thirds = plans.filter { ($0.parameters["reg"]?.doubleValue ?? 9) < 1.25 }
        #expect(thirds.count == 32)
    }

    @Test func normalDrawsFollowTheDistributionWithinTheRange() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"value": 1}, "hidden_size": {"value": 9}, "#
                + #""reg": {"distribution": "normal", "mu": 0.5, "sigma": 1}"#,
            top: #""run_cap": 1024"#, method: "sobol")
        let values = try spec.expand().compactMap { $0.parameters["reg"]?.doubleValue }.sorted()
        #expect(values.allSatisfy { $0 >= 0 } && values.count == 1024)
        // The median of the normal distribution above 0: Φ⁻¹(Φ(-0.5) + Φ(0.5) / 2) + 0.5.
        #expect(abs((values[511] + values[512]) / 2 - 0.8955) < 2e-3)
    }
}
