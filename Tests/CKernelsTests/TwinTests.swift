import CKernels
import Foundation
import KernelChecks
import Testing

/// Whole steps against plain loops, bit for bit: gather and conversion, both layers, ReLU, dropout, softmax and loss, all
/// gradients, every optimizer, the sums of squares, and the evaluation.
struct TwinTests {
    @Test(arguments: KernelsTests.sets, 0..<Int(kc_case_count()))
    func stepsAndEvaluationsMakeTheBitsOfPlainLoops(_ set: String, _ number: Int) throws {
        let isa = try #require(ck_select(set))
        let (test, name) = DigestTests.named(number)
        expectSame("\(set), \(name)") { kc_compare(test, isa, 4, $0) }
    }

    /// Every number of units and of rows up to two of the widest panels, with all kinds of inputs and options.
    @Test(arguments: KernelsTests.sets)
    func everySmallSizeMakesTheBitsOfPlainLoops(_ set: String) throws {
        let isa = try #require(ck_select(set))
        let optimizers = [CK_SGD, CK_MOMENTUM, CK_NESTEROV, CK_ADAM, CK_GRADIENT]
        for size in 1...161 {
            var test = kc_case()
            test.shape = ck_shape(
                dimension: Int64(size * 7 % 199 + 1), hidden: Int64(size), classes: Int64(size * 5 % 37 + 1))
            test.count = Int64(162 - size)
            test.element = size % 2 == 0 ? CK_BYTE : CK_FLOAT
            test.scaling = [KC_STANDARDIZE, KC_RAW, KC_MEAN][size % 3]
            test.optimizer = optimizers[size % 5]
            (test.rate, test.reg) = (test.scaling == KC_STANDARDIZE ? 0.01 : 1e-6, 0.1)
            test.dropout = size % 4 == 0 ? 0.3 : 0
            test.label_smoothing = size % 7 == 0 ? 0.1 : 0
            test.bf16 = test.element == CK_BYTE && size % 3 != 0
            test.input_dropout = !test.bf16 && size % 5 < 3 ? 0.2 : 0
            test.clip = size % 7 < 3 ? 0.05 : 0
            expectSame("\(set), \(test)") { kc_compare(test, isa, 2, $0) }
            expectSame("\(set), \(test)") { kc_compare_squares(test.shape, isa, $0) }
        }
    }

    @Test(arguments: KernelsTests.sets)
    func randomNumbersAreThoseOfPlainLoops(_ set: String) throws {
        let isa = try #require(ck_select(set))
        expectSame(set) { kc_compare_random(isa, $0) }
    }

    @Test(arguments: KernelsTests.sets)
    func averagesAreThoseOfPlainLoops(_ set: String) throws {
        let isa = try #require(ck_select(set))
        expectSame(set) { kc_compare_average(isa, $0) }
    }

    @Test(arguments: KernelsTests.sets) func preparedImagesMakeTheBitsOfPlainLoops(_ set: String) throws {
        let isa = try #require(ck_select(set))
        expectSame(set) { kc_compare_features(isa, $0) }
        var digest: UInt64 = 0
        #expect(kc_features_digest(isa, &digest) && digest == kc_features_committed())
    }

    /// The plain loops' function, whose bits the kernels have, against the C library in double.
    @Test func theExponentialIsRightToTwoToTheMinus23() {
        var worst = 0.0
        // Every 3331st float from −0 to −87.
        for pattern in stride(from: Float(-0.0).bitPattern, through: Float(-87).bitPattern, by: 3331) {
            let x = Float(bitPattern: pattern)
            let exact = exp(Double(x))
            worst = larger(worst, abs(Double(kc_exp(x)) - exact) / exact)
        }
        #expect(worst < 0x1p-23 && worst > 0)
        #expect(kc_exp(0) == 1 && kc_exp(Float(-87).nextDown) == 0 && kc_exp(-.infinity) == 0 && kc_exp(.nan).isNaN)
    }

    @Test func theLogarithmIsRightToTwoUnitsInTheLastPlace() {
        // Steps of a prime through all normal numbers, and the neighbourhood of 1, where digits would cancel.
        let far = stride(
            from: Double.leastNormalMagnitude.bitPattern, to: Double.infinity.bitPattern, by: 46_116_860_184_301)
        let near = stride(from: (0.5).bitPattern, to: (2.0).bitPattern, by: 90_071_992_547)
        var worst = 0.0
        for patterns in [far, near] {
            for pattern in patterns {
                let x = Double(bitPattern: pattern)
                let exact = log(x)
                worst = larger(worst, abs(kc_log(x) - exact) / exact.ulp)
            }
        }
        #expect(worst <= 2 && worst > 0)
        #expect(kc_log(1) == 0)
    }

    /// A NaN is larger than anything.
    private func larger(_ a: Double, _ b: Double) -> Double { b.isNaN ? .infinity : max(a, b) }

    private func expectSame(_ name: String, _ compare: (UnsafeMutablePointer<CChar>?) -> Bool) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(KC_MESSAGE_SIZE)) { buffer in
            guard let message = buffer.baseAddress else { return }
            if !compare(message) { Issue.record("\(name): \(String(cString: message))") }
        }
    }
}
