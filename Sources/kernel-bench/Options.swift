import NeuralCore

/// What the command line asks for.
struct Options {
    enum Mode: String, CaseIterable {
        case all, shapes, bf16, variants, evaluation, small, pair, peak, peer, help
    }

    static let usage = """
        usage: kernel-bench [MODE] [OPTION…]

        all         what follows, one after the other (the default)
        shapes      SGD steps at every H and B
        bf16        the same in bf16, beside the peak of its own multiply-adds
        variants    every optimizer, and dropout of 0.25, at two shapes
        evaluation  the forward pass over 10,000 rows
        small       toy nets: what a step costs besides its arithmetic
        pair        two nets on two cores at once, against one alone
        peak        the multiply-add loop alone
        peer        answers benchmarks/kernels/bench.py on standard input

        --isa NAME          avx512bf16, avx512, avx2, neon or baseline; when left out the best of this processor, and
                            for `shapes` the best 512-bit one and avx2
        --hidden H,…        hidden sizes (80,160,320,500,50,100)
        --batch B,…         minibatch sizes (200,400,800)
        --seconds S         length of one try (0.1); or
        --steps N           steps of one try
        --tries N           how often each thing is measured; the best counts (5)
        --cores N,…         cores of `pair` and `peak`; `pair` takes two (all that this process may use)
        --data FOLDER       `peer`: where rows.u8 and labels.u8 are
        --json              one JSON object a line

        Pin it to a core (taskset -c 0) for steady figures.
        """

    var mode = Mode.all
    var instructionSet = InstructionSet.current
    /// Those of `shapes`: of the 512-bit ones the faster.
    var instructionSets = InstructionSet.available.filter { [.best, .avx2, .neon].contains($0) }
    var hidden = [80, 160, 320, 500, 50, 100]
    var batch = [200, 400, 800]
    /// Of one try.
    var seconds = 0.1
    var steps: Int?
    var tries = 5
    var cores = Threads.cores
    var folder = ""
    var isJSON = false

    init(_ arguments: some Sequence<String>) throws {
        var words = Array(arguments)[...]
        if let first = words.first, !first.hasPrefix("-") {
            guard let mode = Mode(rawValue: first) else {
                throw BenchError(
                    "no mode '\(first)'; use one of: \(Mode.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            self.mode = mode
            words = words.dropFirst()
        }
        while let name = words.popFirst() {
            switch name {
            case "--json": isJSON = true
            case "--help", "-h": mode = .help
            case "--isa":
                try InstructionSet.select(try Self.value(name, &words))
                instructionSet = .current
                instructionSets = [.current]
            case "--hidden": hidden = try Self.numbers(name, &words, 1...TrainingConfiguration.Limit.hiddenSize)
            case "--batch": batch = try Self.numbers(name, &words, 1...TrainingConfiguration.Limit.batchSize)
            case "--steps": steps = try Self.numbers(name, &words, 1...1_000_000)[0]
            case "--tries": tries = try Self.numbers(name, &words, 1...1000)[0]
            case "--cores": cores = try Self.numbers(name, &words, 0...1023)
            case "--data": folder = try Self.value(name, &words)
            case "--seconds":
                let text = try Self.value(name, &words)
                guard let number = Double(text), number > 0, number <= 60 else {
                    throw BenchError("--seconds \(text): use a number above 0, at most 60")
                }
                seconds = number
            default: throw BenchError("no option '\(name)'; kernel-bench help lists them")
            }
        }
    }

    private static func value(_ name: String, _ words: inout ArraySlice<String>) throws -> String {
        guard let value = words.popFirst() else { throw BenchError("\(name) wants a value") }
        return value
    }

    private static func numbers(
        _ name: String, _ words: inout ArraySlice<String>, _ range: ClosedRange<Int>
    ) throws -> [Int] {
        let text = try value(name, &words)
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.allSatisfy({ $0.map(range.contains) ?? false }) else {
            throw BenchError("\(name) \(text): use numbers from \(range.lowerBound) to \(range.upperBound)")
        }
        return numbers.compactMap(\.self)
    }
}

/// Why a measurement cannot be made.
struct BenchError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
