import Testing

@testable import SweepModel

@Suite struct TextToolsTests {
    @Test(arguments: [
        "0", "-0", "12", "1.5", "1e5", "1E+5", "1e-5", "-1.25e10", "1e400", "123456789012345678901234567890",
    ])
    func numbersOfJSONAreRead(text: String) throws {
        let literal = try #require(NumberLiteral(text))
        #expect(literal.value == Double(text))
    }

    @Test(arguments: [
        "", "-", "+1", "01", "00", ".5", "5.", "1e", "1e+", "0x10", "1_000", "1,5", "nan", "inf", "NaN", "Infinity",
        " 1",
        "1 ", "١", "1.5.2", "--1",
    ]) func otherTextsAreNoNumbers(text: String) {
        #expect(NumberLiteral(text) == nil)
    }

    @Test func onlyLiteralsWithoutFractionAndExponentAreIntegers() {
        #expect(NumberLiteral("12")?.integer == 12)
        #expect(NumberLiteral("12.0")?.integer == nil)
        #expect(NumberLiteral("1e2")?.integer == nil)
        #expect(NumberLiteral("9223372036854775808")?.integer == nil)
    }

    @Test(arguments: [
        ("learnig_rate", "learning_rate"), ("learningRate", "learning_rate"), ("Batch-Size", "batch_size"),
        ("rge", "reg"), ("momentun", "momentum"),
    ]) func slipsOfThePenAreRecognized(word: String, meant: String) {
        #expect(NearestWord.nearest(to: word, in: TrainingParameter.all.map(\.name)) == meant)
    }

    @Test(arguments: ["", "x", "completely_different", String(repeating: "learning_rate", count: 1000)])
    func farWordsHaveNoNeighbour(word: String) {
        #expect(NearestWord.nearest(to: word, in: TrainingParameter.all.map(\.name)) == nil)
    }

    @Test func swapsOfNeighboursCountOnce() {
        #expect(NearestWord.distance(Array("ab".unicodeScalars), Array("ba".unicodeScalars)) == 1)
        #expect(NearestWord.distance(Array("kitten".unicodeScalars), Array("sitting".unicodeScalars)) == 3)
        #expect(NearestWord.distance([], Array("abc".unicodeScalars)) == 3)
    }
}
