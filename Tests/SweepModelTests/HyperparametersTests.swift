import FoundationEssentials
import Testing

@testable import SweepModel

@Suite struct HyperparametersTests {
    private let required: ParameterAssignment = ["learning_rate": .number(0.1), "hidden_size": .int(8)]

    private func read(_ changes: (String, ParameterValue)...) throws -> Hyperparameters {
        var assignment = required
        for (name, value) in changes { assignment[name] = value }
        return try Hyperparameters(assignment)
    }

    @Test func defaultsAreThoseOfTheExercise() throws {
        let parameters = try Hyperparameters(required)
        #expect(parameters.learningRateDecay == 0.95 && parameters.reg == 0 && parameters.batchSize == 200)
        #expect(parameters.length == .epochs(10) && parameters.optimizer == .sgd && parameters.momentum == 0)
        #expect(parameters.schedule == .epochDecay && parameters.weightScale == .number(1e-4))
        #expect(parameters.dropout == 0 && parameters.labelSmoothing == 0 && parameters.preprocess == .mean)
        #expect(parameters.precision == .float32 && parameters.seed == nil)
        #expect(parameters.inputDropout == 0 && parameters.warmupEpochs == 0 && parameters.clipNorm == 0)
        #expect(parameters.averaging == .none && parameters.patience == 0)
    }

    @Test func everyParameterIsTaken() throws {
        let parameters = try read(
            ("learning_rate_decay", .int(1)), ("reg", .number(0.5)), ("batch_size", .int(3)), ("iterations", .int(7)),
            ("momentum", .number(0.5)), ("optimizer", .string("nesterov")), ("schedule", .string("cosine")),
            ("weight_scale", .string("he")), ("dropout", .number(0.25)), ("label_smoothing", .number(0.1)),
            ("preprocess", .string("standardize")), ("precision", .string("bf16")), ("seed", .int(5)),
            ("flip", .bool(false)))
        var expected = Hyperparameters(hiddenSize: 8, learningRate: 0.1)
        expected.learningRateDecay = 1
        expected.reg = 0.5
        expected.batchSize = 3
        expected.length = .iterations(7)
        expected.momentum = 0.5
        expected.optimizer = .nesterov
        expected.schedule = .cosine
        expected.weightScale = .he
        expected.dropout = 0.25
        expected.labelSmoothing = 0.1
        expected.preprocess = .standardize
        expected.precision = .bf16
        expected.seed = 5
        #expect(parameters == expected)
    }

    @Test func theLaterOptionsAreTaken() throws {
        let parameters = try read(
            ("input_dropout", .number(0.2)), ("warmup_epochs", .number(1.5)), ("clip_norm", .int(5)),
            ("averaging", .string("ema")), ("ema_decay", .number(0.99)), ("tail_share", .number(0.5)),
            ("patience", .int(7)))
        #expect(parameters.inputDropout == 0.2 && parameters.warmupEpochs == 1.5 && parameters.clipNorm == 5)
        #expect(parameters.averaging == .ema(decay: 0.99) && parameters.patience == 7)
        #expect(parameters.warmupIterations(iterationsPerEpoch: 245) == 368)
        #expect(try read(("averaging", .string("ema"))).averaging == .ema(decay: 0.999))
        #expect(try read(("averaging", .string("tail"))).averaging == .tail(share: 0.25))
        #expect(try read(("averaging", .string("none")), ("tail_share", .int(1))).averaging == .none)
        for averaging in [Hyperparameters.Averaging.none, .ema(decay: 0.5), .tail(share: 1)] {
            var changed = parameters
            changed.averaging = averaging
            let data = try JSONEncoder().encode(changed)
            #expect(try JSONDecoder().decode(Hyperparameters.self, from: data) == changed)
        }
        // Written as before where they are off.
        let plain = String(decoding: try JSONEncoder().encode(try read()), as: UTF8.self)
        for name in ["input_dropout", "warmup_epochs", "clip_norm", "averaging", "patience"] {
            #expect(!plain.contains(name))
        }
        let unknown = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self).replacing(
            "\"ema\"", with: "\"x\"")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Hyperparameters.self, from: Data(unknown.utf8))
        }
    }

    @Test func droppedInputsAreRefusedInBf16() throws {
        let error = try #require(throws: SweepFileError.self) {
            try read(("input_dropout", .number(0.1)), ("precision", .string("bf16")))
        }
        #expect(error.issues.map(\.pointer) == ["/input_dropout"])
        #expect(try read(("input_dropout", .int(0)), ("precision", .string("bf16"))).precision == .bf16)
    }

    @Test func momentumTurnsGradientDescentIntoClassicalMomentum() throws {
        #expect(try read(("momentum", .number(0.9))).optimizer == .momentum)
        #expect(try read(("momentum", .int(0))).optimizer == .sgd)
        #expect(try read(("optimizer", .string("nesterov"))).momentum == 0.9)
        #expect(try read(("optimizer", .string("adam")), ("momentum", .number(0.9))).momentum == 0)
    }

    @Test(arguments: [
        ("reg", ParameterValue.string("x")), ("reg", .number(.nan)), ("reg", .number(.infinity)), ("reg", .int(-1)),
        ("batch_size", .number(1.5)), ("batch_size", .bool(true)), ("optimizer", .string("momentum")),
        ("weight_scale", .string("xavier")), ("dropout", .int(1)), ("flip", .int(2)), ("shift", .int(5)),
        ("features", .string("sift")),
        ("input_dropout", .int(1)), ("warmup_epochs", .int(-1)), ("clip_norm", .int(-1)), ("averaging", .string("swa")),
        ("ema_decay", .int(1)), ("tail_share", .int(0)), ("patience", .number(1.5)), ("learning", .int(1)),
        ("precision", .string("fp16")), ("precision", .int(16)),
    ]) func badValuesAreRefusedByName(name: String, value: ParameterValue) throws {
        let error = try #require(throws: SweepFileError.self) { try read((name, value)) }
        #expect(error.issues.map(\.pointer) == ["/\(name)"])
    }

    @Test func missingAndContradictoryParametersAreNamed() throws {
        let empty = try #require(throws: SweepFileError.self) { try Hyperparameters([:]) }
        #expect(Set(empty.issues.map(\.pointer)) == ["/learning_rate", "/hidden_size"])
        let both = try #require(throws: SweepFileError.self) { try read(("iterations", .int(1)), ("epochs", .int(1))) }
        #expect(both.issues.map(\.pointer) == ["/epochs"])
        let still = try #require(throws: SweepFileError.self) {
            try read(("optimizer", .string("nesterov")), ("momentum", .int(0)))
        }
        #expect(still.issues.map(\.pointer) == ["/momentum"])
    }

    @Test func epochsBecomeIterationsWithoutOverflow() throws {
        var parameters = Hyperparameters(hiddenSize: 1, learningRate: 1)
        parameters.length = .epochs(1.5)
        #expect(parameters.iterations(iterationsPerEpoch: 245) == 368)
        parameters.length = .epochs(1e-9)
        #expect(parameters.iterations(iterationsPerEpoch: 245) == 1)
        parameters.length = .epochs(1e6)
        #expect(parameters.iterations(iterationsPerEpoch: .max) == 100_000_000)
        parameters.length = .iterations(7)
        #expect(parameters.iterations(iterationsPerEpoch: 245) == 7)
    }

    @Test func parametersWrittenBeforeThereWasAPrecisionAreFloat32() throws {
        var parameters = Hyperparameters(hiddenSize: 8, learningRate: 1e-3)
        let text = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
        let old = text.replacing(",\"precision\":\"float32\"", with: "").replacing(
            "\"precision\":\"float32\",", with: "")
        #expect(old.count < text.count)
        #expect(try JSONDecoder().decode(Hyperparameters.self, from: Data(old.utf8)) == parameters)
        parameters.precision = .bf16
        let data = try JSONEncoder().encode(parameters)
        #expect(try JSONDecoder().decode(Hyperparameters.self, from: data) == parameters)
    }

    @Test func whatIsDoneToImagesIsRead() throws {
        let parameters = try read(
            ("preprocess", .string("contrast+pca")), ("pca_components", .int(250)), ("pca_epsilon", .number(0.01)),
            ("flip", .bool(true)), ("shift", .int(2)), ("features", .string("pixels+hog+color")),
            ("hog_components", .int(400)), ("hog_epsilon", .number(0.1)), ("store", .string("byte")))
        #expect(parameters.preprocess == .contrastPCA && parameters.pcaComponents == 250)
        #expect(parameters.pcaEpsilon == 0.01 && parameters.flip && parameters.shift == 2)
        #expect(
            parameters.features == .all && parameters.hogComponents == 400 && parameters.hogEpsilon == 0.1
                && parameters.store == .byte)
        let data = try JSONEncoder().encode(parameters)
        #expect(try JSONDecoder().decode(Hyperparameters.self, from: data) == parameters)
        let plain = try read()
        #expect(plain.pcaComponents == 300 && plain.features == .pixels && plain.store == nil && !plain.flip)
    }

    @Test(arguments: [
        Contradiction(
            pointer: "/pca_components", one: ("preprocess", .string("contrast+pca")), two: ("pca_components", .int(0))),
        Contradiction(
            pointer: "/preprocess", one: ("features", .string("pixels+hog")), two: ("preprocess", .string("mean"))),
        Contradiction(pointer: "/store", one: ("features", .string("hog")), two: ("store", .string("float32"))),
    ]) func imagesAreNotPreparedInContradictoryWays(_ wrong: Contradiction) throws {
        let error = try #require(throws: SweepFileError.self) {
            try read(wrong.one, wrong.two, ("precision", .string("bf16")))
        }
        #expect(error.issues.map(\.pointer) == [wrong.pointer])
    }

    struct Contradiction: Sendable {
        var pointer: String
        var one: (String, ParameterValue)
        var two: (String, ParameterValue)
    }

    @Test func theyRoundTripThroughJSON() throws {
        var parameters = Hyperparameters(hiddenSize: 8, learningRate: 1e-3)
        for length in [Hyperparameters.Length.iterations(5), .epochs(2.5)] {
            for scale in [Hyperparameters.WeightScale.he, .number(1e-4), .number(1)] {
                parameters.length = length
                parameters.weightScale = scale
                let data = try JSONEncoder().encode(parameters)
                #expect(try JSONDecoder().decode(Hyperparameters.self, from: data) == parameters)
            }
        }
        let text = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
        #expect(text.contains("\"hidden_size\":8") && text.contains("\"schedule\":\"epoch_decay\""))
    }
}
