import CKernels
import NeuralCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `kernel-bench peer`: one contender of benchmarks/kernels/bench.py, which sends a line for each thing to be done.
///
///     prepare HIDDEN BATCH STEPS RATE REG    a new net; writes start.f64 and index.u32, STEPS×BATCH row numbers
///     save STEPS                             trains until so many steps are done; writes sweepd.f64
///     time FIRST COUNT                       trains until FIRST steps are done, then COUNT more; answers their seconds:
///                                            processor time of all threads, and elapsed
///     peak                                   answers GFLOP/s
///
/// All files are in the folder `--data`: W1 (D×H), b1, W2 (H×C), b2 one after the other, little-endian.
struct PeerMode {
    let options: Options

    init(_ options: Options) { self.options = options }

    func run() throws {
        let labels = try read("labels.u8")
        let bytes = try read("rows.u8")
        guard !labels.isEmpty, bytes.count % labels.count == 0, labels.allSatisfy({ $0 < 10 }) else {
            throw BenchError("rows.u8 and labels.u8 in \(options.folder) do not fit together")
        }
        let matrix = SampleMatrix(bytes: labels.count, dimension: bytes.count / labels.count) { target in
            target.baseAddress?.update(from: bytes, count: bytes.count)
        }
        let train = LabelledSamples(samples: matrix, labels: labels.map { UInt16($0) }, classes: 10)
        let data = PreparedData(
            TrainingData(train: train, validation: train.slice(0..<1)), preprocess: .mean)
        let peak = Peak(options.instructionSet)
        try answer("ready \(options.instructionSet.rawValue)")
        var timer: StepTimer?
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.dropFirst().compactMap { Double($0) }) {
            case ("prepare", let numbers) where numbers.count == 5:
                let configuration = StepTimer.configuration(
                    hidden: try size(numbers[0]), batch: try size(numbers[1]), rate: numbers[3], reg: numbers[4])
                try prepare(configuration, data, steps: try size(numbers[2]))
                timer = try StepTimer(configuration, data, options.instructionSet)
                try answer("ok")
            case ("save", let numbers) where numbers.count == 1:
                guard let timer else { throw BenchError("save comes before prepare") }
                try timer.advance(to: try size(numbers[0]))
                try write(weights(timer.run.model()), "sweepd.f64")
                try answer("ok")
            case ("time", let numbers) where numbers.count == 2:
                guard let timer else { throw BenchError("time comes before prepare") }
                try timer.advance(to: try size(numbers[0]))
                let (processor, wall) = (Clock.process, Clock.wall)
                try timer.advance(to: try size(numbers[0] + numbers[1]))
                try answer("\(Clock.process - processor) \(Clock.wall - wall)")
            case ("peak", _): try answer("\(peak.measure(tries: options.tries))")
            default: throw BenchError("not understood: \(line)")
            }
        }
    }

    /// What the others begin with, and the rows that they take.
    private func prepare(_ configuration: TrainingConfiguration, _ data: PreparedData, steps: Int) throws {
        let run = try TrainingRun(configuration, data: data, instructionSet: options.instructionSet)
        try write(weights(run.model()), "start.f64")
        var index = [UInt32](repeating: 0, count: steps * configuration.batchSize)
        ck_draw(
            configuration.seed, RandomStream.minibatch.rawValue, 0, Int64(index.count),
            UInt32(data.data.train.count), &index)
        try write(index, "index.u32")
    }

    private func weights(_ model: Model) -> [Double] {
        (model.W1 + model.b1 + model.W2 + model.b2).map { Double($0) }
    }

    private func size(_ number: Double) throws -> Int {
        guard let size = Int(exactly: number), 0...100_000_000 ~= size else {
            throw BenchError("\(number) is no size")
        }
        return size
    }

    private func answer(_ text: String) throws {
        print(text)
        fflush(nil)
    }

    private func read(_ name: String) throws -> [UInt8] {
        let path = "\(options.folder)/\(name)"
        guard let file = fopen(path, "rb") else { throw BenchError("cannot read \(path)") }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = fread(buffer.baseAddress, 1, count, file)
            guard initialized == count else { throw BenchError("cannot read all of \(path)") }
        }
    }

    private func write<T: BitwiseCopyable>(_ values: [T], _ name: String) throws {
        let path = "\(options.folder)/\(name)"
        guard let file = fopen(path, "wb") else { throw BenchError("cannot write \(path)") }
        let written = fwrite(values, MemoryLayout<T>.stride, values.count, file)
        guard fclose(file) == 0, written == values.count else { throw BenchError("cannot write all of \(path)") }
    }
}
