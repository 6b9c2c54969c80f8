namespace ControlPlane.Runtime;

/// <summary>
/// The product cannot start as it is configured. The message names the setting or the address and says what to do; the
/// host prints it alone, without a stack, and ends with exit code 1.
/// </summary>
public sealed class StartProblem(string message, Exception? inner = null) : Exception(message, inner);
