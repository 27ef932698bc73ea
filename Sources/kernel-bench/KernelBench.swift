import NeuralCore

/// Prints the speed of whole training steps, shape by shape, beside the peak that a loop of multiply-adds reaches on the
/// same core: `kernel-bench [instruction set]…`. Pin it to a core (`taskset -c 0`) for steady figures.
@main
struct KernelBench {
    static func main() throws {
        let names = CommandLine.arguments.dropFirst()
        for name in names { try InstructionSet.select(name) }
        let sets =
            names.isEmpty
            ? InstructionSet.available.filter { $0 != .baseline } : names.compactMap(InstructionSet.init)
        let bench = StepBench()
        for set in sets { try bench.run(set) }
    }
}
